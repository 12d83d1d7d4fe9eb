package io.shoal.helm;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.MappingIterator;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.dataformat.yaml.YAMLFactory;
import com.marcnuri.helm.Helm;
import com.marcnuri.helm.LintResult;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/** The chart as users have it, with values of a test's own. */
final class Chart {

  static final Path FOLDER = Path.of("chart").toAbsolutePath();
  static final ObjectMapper YAML = new ObjectMapper(new YAMLFactory());

  private Chart() {}

  /** What Helm makes of these values (YAML); throws what Helm says if they are refused. */
  static String render(Path scratch, String values) throws IOException {
    return render(FOLDER, scratch, values);
  }

  private static String render(Path chart, Path scratch, String values) throws IOException {
    Path file = Files.writeString(Files.createTempFile(scratch, "values", ".yaml"), values);
    return new Helm(chart)
        .template()
        .withName("shoal")
        .withNamespace("shoal-system")
        .withKubeVersion("1.30.0")
        .withValuesFile(file)
        .call();
  }

  /** What stands in an object of {@link #objects} where the chart says {@code helm.sh/hook}. */
  static final String HOOK = "hook";

  /** The same as objects, with those of hooks, which are left out of the text. */
  static List<JsonNode> objects(Path scratch, String values) throws IOException {
    Path copy = copy(scratch);
    try (Stream<Path> files = Files.walk(copy.resolve("templates"))) {
      for (Path file : files.filter(Files::isRegularFile).toList()) {
        Files.writeString(file, Files.readString(file).replace("helm.sh/hook", HOOK));
      }
    }
    List<JsonNode> objects = new ArrayList<>();
    try (MappingIterator<JsonNode> documents =
        YAML.readerFor(JsonNode.class).readValues(render(copy, scratch, values))) {
      documents.forEachRemaining(document -> {
        if (document.isObject()) {
          objects.add(document);
        }
      });
    }
    return objects;
  }

  /** The one object of this kind and name. */
  static JsonNode object(List<JsonNode> objects, String kind, String name) {
    return objects.stream()
        .filter(o -> o.path("kind").asText().equals(kind))
        .filter(o -> o.at("/metadata/name").asText().equals(name))
        .findFirst()
        .orElseThrow(() -> new AssertionError("no " + kind + " " + name));
  }

  /** What {@code helm lint --strict} says of a copy of the chart whose defaults are these. */
  static LintResult lint(Path scratch, String values) throws IOException {
    Path copy = copy(scratch);
    ObjectNode defaults = (ObjectNode) YAML.readTree(FOLDER.resolve("values.yaml").toFile());
    if (YAML.readTree(values) instanceof ObjectNode own) {
      merge(defaults, own);
    }
    YAML.writeValue(copy.resolve("values.yaml").toFile(), defaults);
    return new Helm(copy).lint().strict().call();
  }

  private static Path copy(Path scratch) throws IOException {
    Path copy = Files.createTempDirectory(scratch, "chart").resolve("shoal");
    try (Stream<Path> files = Files.walk(FOLDER)) {
      for (Path file : files.toList()) {
        Files.copy(file, copy.resolve(FOLDER.relativize(file).toString()));
      }
    }
    return copy;
  }

  private static void merge(ObjectNode into, ObjectNode from) {
    Iterator<Map.Entry<String, JsonNode>> fields = from.fields();
    while (fields.hasNext()) {
      Map.Entry<String, JsonNode> field = fields.next();
      if (field.getValue() instanceof ObjectNode deeper
          && into.get(field.getKey()) instanceof ObjectNode there) {
        merge(there, deeper);
      } else {
        into.set(field.getKey(), field.getValue());
      }
    }
  }
}
