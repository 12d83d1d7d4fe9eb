package io.shoal.config;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.Function;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * Reads a config record from a YAML file and the environment; the environment wins. Whatever is not
 * understood is an error: a key that is silently ignored is a limit that silently does not hold.
 */
public final class ConfigLoader {

  static final YAMLMapper YAML =
      YAMLMapper.builder().enable(JsonParser.Feature.STRICT_DUPLICATE_DETECTION).build();

  private static final int MAX_FILE_BYTES = 1 << 20;

  /**
   * What Kubernetes puts into every container for each Service of the namespace. A Service called
   * shoal-agent yields SHOAL_AGENT_SERVICE_HOST and the like, which are nobody's settings.
   */
  private static final Pattern SERVICE_LINK =
      Pattern.compile(
          "(.+_)?(SERVICE_HOST|SERVICE_PORT(_\\w+)?|PORT(_\\d+_(TCP|UDP|SCTP)(_\\w+)?)?)");

  private ConfigLoader() {}

  /**
   * Loads and validates.
   *
   * @param type a record whose components all carry {@link Key}
   * @param envPrefix such as {@code SHOAL_AGENT}
   * @param yaml the file; without one only the environment and the defaults count
   * @param env the environment
   * @throws ConfigException naming every problem, not only the first
   */
  public static <T extends Record> T load(
      Class<T> type, String envPrefix, Optional<Path> yaml, Map<String, String> env)
      throws ConfigException {
    ObjectNode tree = yaml.isPresent() ? read(yaml.get()) : JsonNodeFactory.instance.objectNode();
    String file = yaml.map(Path::toString).orElse("configuration");
    RecordBinder binder = new RecordBinder(file, ConfigKey.of(type));
    overlay(tree, ConfigKey.of(type), envPrefix, new TreeMap<>(env), binder);
    return binder.bind(type, tree);
  }

  private static ObjectNode read(Path file) throws ConfigException {
    try {
      if (Files.size(file) > MAX_FILE_BYTES) {
        throw problem(file + ": larger than 1 MiB, that cannot be a configuration");
      }
      JsonNode node = YAML.readTree(Files.readString(file));
      if (node == null || node.isMissingNode() || node.isNull()) {
        return JsonNodeFactory.instance.objectNode();
      }
      if (node instanceof ObjectNode object) {
        return object;
      }
      throw problem(file + ": must consist of keys and values (key: value)");
    } catch (NoSuchFileException e) {
      throw problem(file + ": no such file");
    } catch (JsonProcessingException e) {
      String line = e.getLocation() == null ? "" : " (line " + e.getLocation().getLineNr() + ")";
      throw problem(file + ": not valid YAML" + line + ": " + e.getOriginalMessage().strip());
    } catch (IOException e) {
      throw problem(file + ": cannot be read: " + e.getMessage());
    }
  }

  private static ConfigException problem(String text) {
    return new ConfigException(List.of(text));
  }

  private static void overlay(
      ObjectNode tree,
      List<ConfigKey> keys,
      String envPrefix,
      NavigableMap<String, String> env,
      RecordBinder binder) {
    Map<String, ConfigKey> byVariable =
        keys.stream().collect(Collectors.toMap(k -> k.variable(envPrefix), Function.identity()));
    String prefix = envPrefix + "_";
    for (Map.Entry<String, String> entry : env.tailMap(prefix, true).entrySet()) {
      String variable = entry.getKey();
      if (!variable.startsWith(prefix)) {
        break;
      }
      ConfigKey key = byVariable.get(variable);
      if (key != null) {
        put(tree, key.path(), entry.getValue());
        binder.setBy(key.path(), variable);
      } else if (!SERVICE_LINK.matcher(variable.substring(prefix.length())).matches()) {
        String hint =
            Nearest.of(variable, byVariable.keySet())
                .map(n -> ", did you mean '" + n + "'?")
                .orElse("");
        binder.problem("unknown environment variable '" + variable + "'" + hint);
      }
    }
  }

  private static void put(ObjectNode tree, String path, String value) {
    ObjectNode at = tree;
    String[] names = path.split("\\.", -1);
    for (int i = 0; i < names.length - 1; i++) {
      at = at.get(names[i]) instanceof ObjectNode next ? next : at.putObject(names[i]);
    }
    at.put(names[names.length - 1], value);
  }
}
