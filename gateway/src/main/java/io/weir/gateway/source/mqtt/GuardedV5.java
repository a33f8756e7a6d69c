package io.weir.gateway.source.mqtt;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import org.eclipse.paho.mqttv5.client.internal.NetworkModule;
import org.eclipse.paho.mqttv5.common.MqttException;

/** The network as Paho's client for MQTT 5 has it, between them its {@link Wire}. */
record GuardedV5(NetworkModule network, Wire wire) implements NetworkModule {

  @Override
  public void start() throws IOException, MqttException {
    network.start();
  }

  @Override
  public InputStream getInputStream() throws IOException {
    return wire.input(network.getInputStream());
  }

  @Override
  public OutputStream getOutputStream() throws IOException {
    return wire.output(network.getOutputStream());
  }

  @Override
  public void stop() throws IOException {
    wire.close();
    network.stop();
  }

  @Override
  public String getServerURI() {
    return network.getServerURI();
  }
}
