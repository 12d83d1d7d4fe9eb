package io.shoal.cli.prewarm;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.MappingIterator;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.dataformat.yaml.YAMLFactory;
import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/** The images that a file names: one a line, or Kubernetes manifests with all their containers. */
final class ImageFile {

  private static final ObjectMapper YAML = new ObjectMapper(new YAMLFactory());
  private static final List<String> CONTAINERS =
      List.of("initContainers", "containers", "ephemeralContainers");

  private ImageFile() {}

  /** The images in this text, each once, in the order in which they stand there. */
  static List<String> images(String text) {
    Set<String> images = new LinkedHashSet<>();
    List<JsonNode> documents = documents(text);
    if (documents.stream().anyMatch(JsonNode::isObject)) {
      documents.forEach(document -> find(document, images));
    } else {
      text.lines()
          .map(line -> line.replaceFirst("(^|\\s)#.*", "").strip())
          .filter(line -> !line.isEmpty())
          .forEach(images::add);
    }
    return List.copyOf(images);
  }

  private static List<JsonNode> documents(String text) {
    try (MappingIterator<JsonNode> all = YAML.readerFor(JsonNode.class).readValues(text)) {
      return all.readAll();
    } catch (JsonProcessingException e) {
      // No YAML, so it is taken for a list of names, and a wrong name is told by its line.
      return new ArrayList<>();
    } catch (IOException e) {
      throw new IllegalStateException("reading from memory failed", e);
    }
  }

  private static void find(JsonNode node, Set<String> images) {
    for (String list : CONTAINERS) {
      for (JsonNode container : node.path(list)) {
        if (container.path("image").isTextual()) {
          images.add(container.path("image").asText());
        }
      }
    }
    node.forEach(child -> find(child, images));
  }
}
