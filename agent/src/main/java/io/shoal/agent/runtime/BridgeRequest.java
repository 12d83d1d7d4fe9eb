package io.shoal.agent.runtime;

import io.shoal.client.prewarm.PrewarmRuntime;
import io.shoal.core.reference.ImageReference;
import io.shoal.core.reference.Platform;
import java.util.Optional;

/**
 * What an agent asks of the process that may use the node's runtimes: one line of JSON, answered by
 * one {@link BridgeAnswer}. There is nothing else that can be asked.
 *
 * @param runtime which one
 * @param image under this name it has it afterwards
 * @param platform instead of the node's own
 * @param credentials name of a login that both sides know; a password never crosses
 * @param onlyCheck whether to say only what the runtime cannot do
 */
record BridgeRequest(
    PrewarmRuntime runtime,
    String image,
    Optional<String> platform,
    Optional<String> credentials,
    boolean onlyCheck) {

  /** Longer than any of them. */
  static final int MAX_BYTES = 8 << 10;

  BridgeRequest {
    ImageReference.parse(image);
    platform.ifPresent(Platform::parse);
  }
}
