/*
 * Publishes the lines that it reads: QoS, 1 if retained, text. Ends with 0 once all of them are acknowledged.
 * usage: publish PORT CLIENT VERSION
 */
#include <MQTTAsync.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static int version;
static volatile int connected, failed;
static volatile int open_exchanges;

static void on_connected(void *context, char *cause) {
  (void)context;
  (void)cause;
  connected = 1;
}

static void on_done(void *context, MQTTAsync_successData *data) {
  (void)context;
  (void)data;
  __sync_fetch_and_sub(&open_exchanges, 1);
}

static void on_done5(void *context, MQTTAsync_successData5 *data) {
  (void)context;
  (void)data;
  __sync_fetch_and_sub(&open_exchanges, 1);
}

static void on_failed(void *context, MQTTAsync_failureData *data) {
  (void)context;
  fprintf(stderr, "failed: %d\n", data ? data->code : 0);
  failed = 1;
}

static void on_failed5(void *context, MQTTAsync_failureData5 *data) {
  (void)context;
  fprintf(stderr, "failed: %d, reason %d\n", data->code, data->reasonCode);
  failed = 1;
}

static void check(int code, const char *what) {
  if (code != MQTTASYNC_SUCCESS) {
    fprintf(stderr, "%s: %d\n", what, code);
    exit(1);
  }
}

static void await(volatile int *what, int wanted) {
  while (*what != wanted && !failed) {
    usleep(5000);
  }
  if (failed) {
    exit(1);
  }
}

static void connect_kept(MQTTAsync client) {
  MQTTAsync_connectOptions plain = MQTTAsync_connectOptions_initializer;
  MQTTAsync_connectOptions five = MQTTAsync_connectOptions_initializer5;
  MQTTProperties properties = MQTTProperties_initializer;
  MQTTAsync_connectOptions options = version == 5 ? five : plain;
  options.automaticReconnect = 1;
  options.minRetryInterval = 1;
  options.maxRetryInterval = 1;
  if (version == 5) {
    MQTTProperty kept = {.identifier = MQTTPROPERTY_CODE_SESSION_EXPIRY_INTERVAL, .value.integer4 = 3600};
    MQTTProperties_add(&properties, &kept);
    options.cleanstart = 0;
    options.connectProperties = &properties;
  } else {
    options.MQTTVersion = version;
    options.cleansession = 0;
  }
  check(MQTTAsync_connect(client, &options), "connect");
  await(&connected, 1);
}

int main(int count, char **arguments) {
  char url[64], line[256], text[200];
  int qos, retained;
  MQTTAsync client;
  MQTTAsync_createOptions plain = MQTTAsync_createOptions_initializer;
  MQTTAsync_createOptions five = MQTTAsync_createOptions_initializer5;
  MQTTAsync_createOptions options;
  if (count != 4) {
    return 2;
  }
  version = atoi(arguments[3]);
  options = version == 5 ? five : plain;
  options.sendWhileDisconnected = 1;
  snprintf(url, sizeof url, "tcp://127.0.0.1:%s", arguments[1]);
  check(MQTTAsync_createWithOptions(&client, url, arguments[2], MQTTCLIENT_PERSISTENCE_NONE, NULL, &options), "create");
  check(MQTTAsync_setConnected(client, NULL, on_connected), "callback");
  connect_kept(client);
  while (fgets(line, sizeof line, stdin)) {
    MQTTAsync_responseOptions response = MQTTAsync_responseOptions_initializer;
    if (sscanf(line, "%d %d %199s", &qos, &retained, text) != 3) {
      return 2;
    }
    if (version == 5) {
      response.onSuccess5 = on_done5;
      response.onFailure5 = on_failed5;
    } else {
      response.onSuccess = on_done;
      response.onFailure = on_failed;
    }
    __sync_fetch_and_add(&open_exchanges, 1);
    check(MQTTAsync_send(client, "t", (int)strlen(text), text, qos, retained, &response), "send");
  }
  await(&open_exchanges, 0);
  return 0;
}
