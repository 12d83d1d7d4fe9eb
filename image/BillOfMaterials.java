import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.StreamSupport;

/**
 * Writes what the image is made of: the distribution's bill of materials (CycloneDX), to which it
 * adds Java and the libraries of the system, and the same as a list of licences for people. Run by
 * image/build with the distribution's jars on the class path.
 */
final class BillOfMaterials {

  private static final String JAVA_LICENCE = "GPL-2.0-only WITH Classpath-exception-2.0";
  private static final ObjectMapper JSON =
      new ObjectMapper().enable(SerializationFeature.INDENT_OUTPUT);

  private BillOfMaterials() {}

  /**
   * Reads the first three files and writes the others.
   *
   * @param args the distribution's bill; Java's file {@code release}; lines of name, version and
   *     architecture of system packages; the image's bill; the list of licences
   */
  public static void main(String[] args) throws IOException {
    ObjectNode bill = (ObjectNode) JSON.readTree(Path.of(args[0]).toFile());
    ArrayNode components = bill.withArray("components");
    components.add(java(Path.of(args[1])));
    Files.readAllLines(Path.of(args[2])).stream()
        .distinct()
        .sorted()
        .map(line -> systemPackage(line.split(" ")))
        .forEach(components::add);
    JSON.writeValue(Path.of(args[3]).toFile(), bill);
    Files.writeString(Path.of(args[4]), licences(bill));
  }

  private static ObjectNode java(Path release) throws IOException {
    Properties said = new Properties();
    try (var reader = Files.newBufferedReader(release)) {
      said.load(reader);
    }
    String version = unquoted(said, "JAVA_RUNTIME_VERSION");
    ObjectNode java =
        component(
            "platform", "openjdk", version.isEmpty() ? unquoted(said, "JAVA_VERSION") : version);
    java.putObject("supplier").put("name", unquoted(said, "IMPLEMENTOR"));
    java.putArray("licenses").addObject().put("expression", JAVA_LICENCE);
    return java;
  }

  private static String unquoted(Properties said, String key) {
    return said.getProperty(key, "").replace("\"", "");
  }

  private static ObjectNode systemPackage(String[] words) {
    ObjectNode component = component("library", words[0], words[1]);
    component
        .putArray("licenses")
        .addObject()
        .putObject("license")
        .put("name", "see /usr/share/licenses/" + words[0] + "/copyright");
    String purl =
        "pkg:deb/%s/%s@%s?arch=%s"
            .formatted(distributor(), words[0], words[1].replace("+", "%2B"), words[2]);
    component.put("purl", purl);
    component.put("bom-ref", purl);
    return component;
  }

  private static String distributor() {
    try {
      return Files.readAllLines(Path.of("/etc/os-release")).stream()
          .filter(line -> line.startsWith("ID="))
          .map(line -> line.substring(3).replace("\"", ""))
          .findFirst()
          .orElse("debian");
    } catch (IOException e) {
      return "debian";
    }
  }

  private static ObjectNode component(String type, String name, String version) {
    return JSON.createObjectNode().put("type", type).put("name", name).put("version", version);
  }

  private static String licences(JsonNode bill) {
    Map<String, String> lines = new TreeMap<>();
    for (JsonNode component : bill.path("components")) {
      String name = component.path("name").asText();
      String group = component.path("group").asText();
      lines.put(
          (group.isEmpty() ? "" : group + ":") + name + " " + component.path("version").asText(),
          StreamSupport.stream(component.path("licenses").spliterator(), false)
              .map(BillOfMaterials::licence)
              .collect(Collectors.joining(", ")));
    }
    List<String> text =
        lines.entrySet().stream().map(line -> line.getKey() + "\n  " + line.getValue()).toList();
    return "What this image contains, and under which licences. Shoal: Apache-2.0.\n"
        + "Texts: /usr/share/licenses, /opt/shoal/runtime/legal, and META-INF of the jars.\n\n"
        + String.join("\n", text)
        + "\n";
  }

  private static String licence(JsonNode licence) {
    if (licence.hasNonNull("expression")) {
      return licence.path("expression").asText();
    }
    JsonNode named = licence.path("license");
    return named.hasNonNull("id") ? named.path("id").asText() : named.path("name").asText();
  }
}
