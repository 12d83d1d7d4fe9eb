package io.shoal.oci.registry;

import java.util.List;

/**
 * A page of a tag list.
 *
 * @param tags in lexical order, at most as many as were asked for
 * @param more whether tags follow after the last one here
 */
public record TagPage(List<String> tags, boolean more) {

  public TagPage {
    tags = List.copyOf(tags);
  }
}
