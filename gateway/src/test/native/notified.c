/*
 * The receiving end of sd_notify, as systemd has it: a datagram socket at the path of the first
 * argument. Prints one line for each datagram: the sender's process, as the kernel knows it, then
 * the assignments, with spaces between them.
 */
#define _GNU_SOURCE
#include <stddef.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>

int main(int count, char **arguments) {
  struct sockaddr_un address = {.sun_family = AF_UNIX};
  int on = 1, fd = socket(AF_UNIX, SOCK_DGRAM, 0);
  if (count != 2 || strlen(arguments[1]) >= sizeof address.sun_path) return 2;
  strcpy(address.sun_path, arguments[1]);
  socklen_t size = (socklen_t)(offsetof(struct sockaddr_un, sun_path) + strlen(arguments[1]));
  if (address.sun_path[0] == '@') {
    address.sun_path[0] = 0; /* a name that no file system has */
  } else {
    size++;
  }
  if (fd < 0 || setsockopt(fd, SOL_SOCKET, SO_PASSCRED, &on, sizeof on) != 0 ||
      bind(fd, (struct sockaddr *)&address, size) != 0) {
    perror("notified");
    return 2;
  }
  puts("listening");
  fflush(stdout);
  for (;;) {
    char text[4096];
    union {
      struct cmsghdr header;
      char space[CMSG_SPACE(sizeof(struct ucred))];
    } control;
    struct iovec part = {text, sizeof text - 1};
    struct msghdr message = {
        .msg_iov = &part, .msg_iovlen = 1, .msg_control = &control, .msg_controllen = sizeof control};
    ssize_t n = recvmsg(fd, &message, 0);
    if (n < 0) return 2;
    for (ssize_t i = 0; i < n; i++) {
      if (text[i] == '\n') text[i] = ' ';
    }
    text[n] = 0;
    struct ucred sender = {0};
    struct cmsghdr *header = CMSG_FIRSTHDR(&message);
    if (header != NULL && header->cmsg_type == SCM_CREDENTIALS) memcpy(&sender, CMSG_DATA(header), sizeof sender);
    printf("%d %s\n", (int)sender.pid, text);
    fflush(stdout);
  }
}
