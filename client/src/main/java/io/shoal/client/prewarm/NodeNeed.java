package io.shoal.client.prewarm;

import java.util.Optional;

/**
 * What a node would fetch.
 *
 * @param node its name
 * @param bytesNeeded of the images that it has not got, blobs of which it has a part included;
 *     absent if its agent does not say
 * @param bytesTotal of the images; absent with the other
 * @param reason why its agent does not say
 */
public record NodeNeed(
    String node, Optional<Long> bytesNeeded, Optional<Long> bytesTotal, Optional<String> reason) {}
