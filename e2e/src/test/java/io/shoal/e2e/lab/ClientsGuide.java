package io.shoal.e2e.lab;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * docs/clients.md, whose examples the tests use as they stand there, but for the agent's address
 * and the second registry, which is quay.io on the page.
 */
final class ClientsGuide {

  private static final Path PAGE =
      Path.of(System.getProperty("basedir", "."), "..", "docs", "clients.md");
  private static final String FENCE = "```";

  private ClientsGuide() {}

  /** The examples of a section, in the order of the page, made for this agent. */
  static List<String> examples(String heading, URI agent) {
    return examples(heading).stream()
        .map(example ->
            example
                .replace("127.0.0.1:4600", agent.getAuthority())
                .replace("quay.io", Upstreams.SECOND))
        .toList();
  }

  /** The examples of a section as they stand on the page. */
  static List<String> examples(String heading) {
    List<String> examples = new ArrayList<>();
    StringBuilder example = null;
    for (String line : section(heading)) {
      if (line.startsWith(FENCE) && example == null) {
        example = new StringBuilder();
      } else if (line.startsWith(FENCE)) {
        examples.add(example.toString());
        example = null;
      } else if (example != null) {
        example.append(line).append('\n');
      }
    }
    return examples;
  }

  private static List<String> section(String heading) {
    try {
      List<String> lines = Files.readAllLines(PAGE);
      int from = lines.indexOf("## " + heading);
      if (from < 0) {
        throw new AssertionError(PAGE + " has no section '" + heading + "'");
      }
      List<String> rest = lines.subList(from + 1, lines.size());
      return rest.stream().takeWhile(line -> !line.startsWith("## ")).toList();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
