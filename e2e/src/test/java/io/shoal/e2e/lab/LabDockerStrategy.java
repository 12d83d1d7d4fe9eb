package io.shoal.e2e.lab;

import java.net.URI;
import java.nio.file.Path;
import java.util.Optional;
import org.testcontainers.dockerclient.DockerClientProviderStrategy;
import org.testcontainers.dockerclient.InvalidConfigurationException;
import org.testcontainers.dockerclient.TransportConfig;

/**
 * Leads Testcontainers to the daemon of these tests, whatever else the machine has. Testcontainers
 * finds it as a service, and takes it first because it has the highest priority; that the pom names
 * it as well makes a choice that the user's home folder keeps from another project be ignored.
 */
public final class LabDockerStrategy extends DockerClientProviderStrategy {

  private static volatile Optional<Path> socket = Optional.empty();

  /** To be called before anything of Testcontainers is used: it keeps the daemon it found first. */
  static void use(Path socket) {
    LabDockerStrategy.socket = Optional.of(socket);
  }

  @Override
  public TransportConfig getTransportConfig() throws InvalidConfigurationException {
    Path daemon =
        socket.orElseThrow(
            () -> new InvalidConfigurationException("the tests have not started their daemon"));
    return TransportConfig.builder().dockerHost(URI.create("unix://" + daemon)).build();
  }

  @Override
  public synchronized String getDockerHostIpAddress() {
    return "127.0.0.1";
  }

  @Override
  public boolean allowUserOverrides() {
    return false;
  }

  @Override
  protected int getPriority() {
    return Integer.MAX_VALUE;
  }

  /** Not a choice for other projects of this user. */
  @Override
  protected boolean isPersistable() {
    return false;
  }

  @Override
  public String getDescription() {
    return "the daemon of the end-to-end tests";
  }
}
