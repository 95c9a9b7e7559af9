/* The first process of a pod: holds the pod's namespaces open and ends when told to. */
#include <signal.h>
#include <stdlib.h>
#include <unistd.h>

static void end(int number) {
  (void)number;
  exit(0);
}

int main(void) {
  signal(SIGINT, end);
  signal(SIGTERM, end);
  for (;;) pause();
}
