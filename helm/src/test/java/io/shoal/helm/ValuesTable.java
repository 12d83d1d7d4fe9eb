package io.shoal.helm;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The table of values in the chart's README, from values.yaml and its comments. */
final class ValuesTable {

  static final String HEAD = "| Value | Default | What it does |\n|---|---|---|\n";

  private static final Pattern KEY = Pattern.compile("( *)([A-Za-z]+):(.*)");

  private ValuesTable() {}

  /**
   * Every value with a comment, in the file's order. A key with a comment is one value, whatever is
   * below it; a key without is a group.
   *
   * @throws AssertionError if a value has no comment
   */
  static String of(Path valuesYaml) throws IOException {
    JsonNode defaults = Chart.YAML.readTree(valuesYaml.toFile());
    StringBuilder table = new StringBuilder(HEAD);
    List<String> path = new ArrayList<>();
    String comment = "";
    int described = -1;
    for (String line : Files.readAllLines(valuesYaml)) {
      Matcher key = KEY.matcher(line);
      if (line.strip().startsWith("#")) {
        comment = line.strip().substring(1).strip();
      } else if (key.matches()) {
        int depth = key.group(1).length() / 2;
        if (described >= 0 && depth > described) {
          continue;
        }
        path.subList(depth, path.size()).clear();
        path.add(key.group(2));
        String name = String.join(".", path);
        if (comment.isEmpty()) {
          described = -1;
          if (!key.group(3).isBlank()) {
            throw new AssertionError("values.yaml says nothing about " + name);
          }
        } else {
          described = depth;
          String value = defaults.at("/" + String.join("/", path)).toString();
          table.append("| `%s` | `%s` | %s |%n".formatted(name, value, comment));
        }
        comment = "";
      } else {
        comment = "";
      }
    }
    return table.toString();
  }
}
