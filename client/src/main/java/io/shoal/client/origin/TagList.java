package io.shoal.client.origin;

import java.util.List;

/**
 * A page of a repository's tags.
 *
 * @param tags in upstream's order
 * @param more whether another page follows; ask with {@code last} = the last of these
 */
public record TagList(List<String> tags, boolean more) {
  public TagList {
    tags = List.copyOf(tags);
  }
}
