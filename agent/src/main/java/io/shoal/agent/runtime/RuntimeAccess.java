package io.shoal.agent.runtime;

import io.shoal.client.prewarm.PrewarmRuntime;
import io.shoal.config.HostPort;
import io.shoal.config.Key;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/**
 * Which of the node's runtimes this agent may pull images into, and where they are.
 *
 * @param allow the runtimes; none unless named
 * @param dockerSocket of the Docker daemon
 * @param containerdSocket of containerd
 * @param containerdNamespace where containerd keeps the images
 * @param endpoint how the runtimes reach the pull endpoint, if not as it is listened on
 * @param bridge the socket of a process that uses the runtimes instead of the agent
 */
public record RuntimeAccess(
    @Key(
            doc =
                "Runtimes that pre-warm jobs may pull images into: docker, containerd. Their"
                    + " sockets give power over the whole node. Without any, a job with --runtime"
                    + " fails on this node.",
            defaultValue = "")
        List<PrewarmRuntime> allow,
    @Key(doc = "Socket of the Docker daemon.", defaultValue = "/var/run/docker.sock")
        Path dockerSocket,
    @Key(doc = "Socket of containerd.", defaultValue = "/run/containerd/containerd.sock")
        Path containerdSocket,
    @Key(
            doc =
                "Namespace in which containerd gets the images. k8s.io is Kubernetes' and is asked"
                    + " for by CRI; for any other the program ctr is run.",
            defaultValue = "k8s.io")
        String containerdNamespace,
    @Key(doc = "Where the runtimes reach the pull endpoint, if not at 127.0.0.1 and its own port.")
        Optional<HostPort> endpoint,
    @Key(
            doc =
                "Socket of 'shoal runtime-access', a process that uses the runtimes in this agent's"
                    + " stead, so that the agent needs no right to. Both read this key.")
        Optional<Path> bridge) {

  public RuntimeAccess {
    allow = List.copyOf(allow);
    if (!containerdNamespace.matches("[A-Za-z0-9]([A-Za-z0-9._-]{0,74}[A-Za-z0-9])?")) {
      throw new IllegalArgumentException(
          "not a namespace of containerd: '" + containerdNamespace + "'");
    }
  }

  /** The same for the process that uses the runtimes itself. */
  RuntimeAccess direct() {
    return new RuntimeAccess(
        allow, dockerSocket, containerdSocket, containerdNamespace, endpoint, Optional.empty());
  }
}
