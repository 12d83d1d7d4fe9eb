package io.shoal.cli.node;

import java.util.Locale;

/** A container runtime whose pulls can be sent through the agent. */
enum ContainerRuntime {
  /** Docker Engine. */
  DOCKER("docker"),
  /** containerd, with Kubernetes on it or not. */
  CONTAINERD("containerd"),
  /** CRI-O; reads the same file as Podman. */
  CRIO("containers"),
  /** Podman, and with it Buildah and skopeo. */
  PODMAN("containers");

  private final String ledger;

  ContainerRuntime(String ledger) {
    this.ledger = ledger;
  }

  /** Name of the record of what was changed; runtimes that read the same files share it. */
  String ledger() {
    return ledger;
  }

  /** As people write it. */
  @Override
  public String toString() {
    return name().toLowerCase(Locale.ROOT);
  }
}
