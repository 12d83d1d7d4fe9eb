package io.shoal.cli.node;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.dataformat.toml.TomlMapper;
import io.shoal.cli.console.UserError;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * TOML that people have written: read by a parser, changed line by line, so that comments and order
 * stay. Whoever changes it reads the result again and compares.
 */
final class Toml {

  private static final TomlMapper MAPPER = new TomlMapper();

  private Toml() {}

  /** The content; a complaint that names the file if it is broken. */
  static JsonNode parse(Path file, String text) {
    try {
      return MAPPER.readTree(text);
    } catch (JsonProcessingException e) {
      throw UserError.failed(
          file + " cannot be understood: " + e.getOriginalMessage() + "; nothing was changed");
    }
  }

  /** Whether a line begins a table, and so ends the one before. */
  static boolean beginsTable(String line) {
    return line.strip().startsWith("[");
  }

  /** Whether a line is the header of this table, in whichever quotes. */
  static boolean isHeader(String line, String table) {
    String bare = line.strip().replaceFirst("\\s*#.*$", "");
    return bare.replace("'", "\"").replace(" ", "").equals("[" + table + "]");
  }

  /** Lines that can be changed. */
  static List<String> lines(String text) {
    return new ArrayList<>(text.lines().toList());
  }

  /** Lines as a file. */
  static String text(List<String> lines) {
    return lines.isEmpty() ? "" : String.join("\n", lines) + "\n";
  }
}
