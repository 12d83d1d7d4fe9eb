package io.shoal.agent.runtime;

import io.shoal.core.reference.ImageReference;
import java.util.Optional;
import java.util.function.BooleanSupplier;

/**
 * What a runtime is to pull.
 *
 * @param image under this name it has it afterwards
 * @param platform instead of the node's own
 * @param login for registries where the reader's own right decides
 * @param stopped asked now and then whether nobody wants it any longer
 */
public record RuntimePull(
    ImageReference image,
    Optional<String> platform,
    Optional<NamedLogin> login,
    BooleanSupplier stopped) {}
