package io.shoal.agent.runtime;

import io.shoal.client.prewarm.PrewarmRuntime;
import io.shoal.config.HostPort;
import io.shoal.oci.upstream.UpstreamNames;
import java.io.IOException;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.SocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;

/**
 * The runtimes of this node that the configuration opens. Their clients are made when a job needs
 * one, and let go of after it: an agent that hands nothing over pays nothing.
 */
public final class NodeRuntimes {

  private final RuntimeAccess access;
  private final HostPort endpoint;
  private final UpstreamNames names;

  /**
   * @param listen of the pull endpoint
   * @param port that it really has
   * @param names what requests to it mean
   */
  public NodeRuntimes(RuntimeAccess access, HostPort listen, int port, UpstreamNames names) {
    this.access = access;
    this.endpoint = access.endpoint().orElseGet(() -> reached(listen, port));
    this.names = names;
  }

  private static HostPort reached(HostPort listen, int port) {
    boolean everywhere = listen.host().equals("0.0.0.0") || listen.host().equals("::");
    return new HostPort(everywhere ? "127.0.0.1" : listen.host(), port);
  }

  /**
   * Opens one.
   *
   * @throws NodeRuntimeException if this agent may not use it, or it is not there
   */
  public NodeRuntime open(PrewarmRuntime wanted) throws NodeRuntimeException {
    String name = wanted.name().toLowerCase(Locale.ROOT);
    if (!access.allow().contains(wanted)) {
      throw new NodeRuntimeException(
          "this agent may not use "
              + name
              + ": its configuration does not name it (prewarm.runtimeAccess.allow; with the Helm"
              + " chart prewarm.runtimeAccess.enabled)");
    }
    if (access.bridge().isPresent()) {
      return bridged(access.bridge().get(), wanted);
    }
    Path socket = socket(wanted);
    if (!Files.exists(socket)) {
      throw new NodeRuntimeException("there is no " + name + " here: " + socket + " is missing");
    }
    return switch (wanted) {
      case DOCKER -> new DockerRuntime(socket, endpoint, names);
      case CONTAINERD ->
          access.containerdNamespace().equals(CriRuntime.NAMESPACE)
              ? new CriRuntime(socket)
              : new CtrRuntime(socket, access.containerdNamespace(), endpoint);
    };
  }

  private static NodeRuntime bridged(Path bridge, PrewarmRuntime wanted)
      throws NodeRuntimeException {
    if (!Files.exists(bridge)) {
      throw new NodeRuntimeException(
          "this agent uses runtimes through 'shoal runtime-access' only, which does not run: "
              + bridge
              + " is missing");
    }
    return new BridgedRuntime(bridge, wanted);
  }

  private Path socket(PrewarmRuntime runtime) {
    return switch (runtime) {
      case DOCKER -> access.dockerSocket();
      case CONTAINERD -> access.containerdSocket();
    };
  }

  /**
   * Makes a connection to each runtime that may be used, and ends it.
   *
   * @throws IOException if one takes none
   */
  void connectToAll() throws IOException {
    for (PrewarmRuntime runtime : access.allow()) {
      Path socket = socket(runtime);
      try {
        SocketChannel.open(UnixDomainSocketAddress.of(socket)).close();
      } catch (IOException e) {
        String name = runtime.name().toLowerCase(Locale.ROOT);
        throw new IOException(name + " at " + socket + ": " + e.getMessage(), e);
      }
    }
  }
}
