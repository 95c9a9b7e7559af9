import type { Socket } from 'node:net'
import type { Problem } from '../formats/problem-schema.ts'
import { PROBLEM_TYPE, problem } from './problem.ts'

/** An error of Node's HTTP parser. */
interface ParserError extends Error {
  readonly code?: string
}

/**
 * The answer to bytes that are not a valid HTTP request. The most frequent cause are arguments that Argo copies into a URL
 * without encoding: a space or a letter beyond ASCII makes the request line invalid, so that no route sees it.
 */
export function malformedProblem({ code }: ParserError): Problem {
  switch (code) {
    case 'HPE_HEADER_OVERFLOW':
      return problem(431, 'headers-too-large', 'The request line and headers are too large.')
    case 'ERR_HTTP_REQUEST_TIMEOUT':
      return problem(408, 'request-timeout', 'The request was not complete in time.')
    default:
      return problem(
        400,
        'malformed-request',
        'The request line is not valid HTTP. Encode what is not plain ASCII in the URL: a space as %20 or +, other letters ' +
          'as %XX (UTF-8); set-based selectors for example as tier+in+(web,api). Or send the parameters as JSON with POST.',
      )
  }
}

/** Writes the answer to the socket, because there is no request, and ends the connection. */
export function answerMalformed(error: ParserError, socket: Socket): void {
  if (error.code === 'ECONNRESET' || !socket.writable) {
    socket.destroy()
    return
  }
  const answer = malformedProblem(error)
  const body = JSON.stringify(answer)
  socket.end(
    `HTTP/1.1 ${answer.status} ${answer.title}\r\n` +
      `Content-Type: ${PROBLEM_TYPE}\r\nContent-Length: ${Buffer.byteLength(body)}\r\nConnection: close\r\n\r\n${body}`,
  )
}
