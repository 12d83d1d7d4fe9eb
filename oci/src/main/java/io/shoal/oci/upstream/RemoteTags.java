package io.shoal.oci.upstream;

import java.util.List;

/**
 * A page of upstream's tag list.
 *
 * @param tags in upstream's order
 * @param more whether upstream has tags after these
 */
public record RemoteTags(List<String> tags, boolean more) {

  public RemoteTags {
    tags = List.copyOf(tags);
  }
}
