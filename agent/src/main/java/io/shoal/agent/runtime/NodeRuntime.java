package io.shoal.agent.runtime;

import io.shoal.core.reference.ImageReference;
import java.util.Optional;

/** A container runtime of this node. Calls block. */
public interface NodeRuntime {

  /**
   * Says beforehand what it cannot do.
   *
   * @param platform the one that is asked for, if it is not the node's own
   * @throws NodeRuntimeException if it cannot have this image
   */
  void check(ImageReference image, Optional<String> platform) throws NodeRuntimeException;

  /**
   * Lets it pull an image through this agent.
   *
   * @throws NodeRuntimeException if it does not succeed, with its reason
   */
  void pull(RuntimePull pull) throws NodeRuntimeException, InterruptedException;
}
