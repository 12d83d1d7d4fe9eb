package io.shoal.config;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.lang.reflect.Constructor;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.RecordComponent;
import java.lang.reflect.Type;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** Turns a tree of YAML nodes into records and collects what is wrong with it. One use only. */
final class RecordBinder {

  private final String file;
  private final List<String> allPaths;
  private final Map<String, String> variables = new TreeMap<>();
  private final List<String> problems = new ArrayList<>();

  RecordBinder(String file, List<ConfigKey> keys) {
    this.file = file;
    this.allPaths = keys.stream().map(ConfigKey::path).toList();
  }

  /** Says that the environment set this key, so that complaints name the variable. */
  void setBy(String path, String variable) {
    variables.put(path, variable);
  }

  void problem(String text) {
    problems.add(text);
  }

  <T extends Record> T bind(Class<T> type, ObjectNode tree) throws ConfigException {
    Object bound = record(type, tree, "");
    if (!problems.isEmpty() || bound == null) {
      throw new ConfigException(problems);
    }
    return type.cast(bound);
  }

  private @Nullable Object record(Class<?> type, JsonNode node, String path) {
    if (!(node instanceof ObjectNode object)) {
      problemAt(path, "must consist of keys and values");
      return null;
    }
    String prefix = path.isEmpty() ? "" : path + ".";
    Set<String> known = new LinkedHashSet<>();
    RecordComponent[] components = type.getRecordComponents();
    @Nullable Object[] values = new Object[components.length];
    boolean complete = true;
    for (int i = 0; i < components.length; i++) {
      String name = ConfigKey.name(components[i]);
      known.add(prefix + name);
      values[i] = component(components[i], object.get(name), prefix + name);
      complete &= values[i] != null;
    }
    object.fieldNames().forEachRemaining(name -> checkKnown(prefix + name, known));
    return complete ? construct(type, components, values, path) : null;
  }

  private void checkKnown(String path, Set<String> siblings) {
    if (siblings.contains(path)) {
      return;
    }
    Set<String> candidates = new LinkedHashSet<>(siblings);
    candidates.addAll(allPaths);
    String hint =
        Nearest.of(path, candidates)
            .map(near -> ", did you mean '" + near + "'?")
            .orElse(" (known here: " + String.join(", ", siblings) + ")");
    problem(file + ": unknown key '" + path + "'" + hint);
  }

  private @Nullable Object construct(
      Class<?> type, RecordComponent[] components, @Nullable Object[] values, String path) {
    Class<?>[] types =
        Arrays.stream(components).map(RecordComponent::getType).toArray(Class<?>[]::new);
    try {
      Constructor<?> constructor = type.getDeclaredConstructor(types);
      constructor.setAccessible(true);
      return constructor.newInstance(values);
    } catch (InvocationTargetException e) {
      if (e.getCause() instanceof IllegalArgumentException invalid) {
        problemAt(path, String.valueOf(invalid.getMessage()));
        return null;
      }
      throw new IllegalStateException("constructor of " + type.getName() + " failed", e);
    } catch (ReflectiveOperationException e) {
      throw new IllegalStateException(type.getName() + " cannot be a config record", e);
    }
  }

  private @Nullable Object component(
      RecordComponent component, @Nullable JsonNode node, String path) {
    Type type = component.getGenericType();
    boolean optional = ConfigKey.isA(type, Optional.class);
    Type valueType = optional ? ConfigKey.argument(type, 0) : type;
    Key key = ConfigKey.annotation(component);
    if (node != null && !node.isNull()) {
      Object value = value(valueType, node, path);
      return value == null || !optional ? value : Optional.of(value);
    }
    if (!key.defaultValue().isEmpty()) {
      Object value = value(valueType, JsonNodeFactory.instance.textNode(key.defaultValue()), path);
      return value == null || !optional ? value : Optional.of(value);
    }
    if (optional) {
      return Optional.empty();
    }
    if (valueType instanceof Class<?> c && Scalar.isScalar(c)) {
      problem(file + ": missing key '" + path + "' (" + Scalar.of(c).form() + "): " + key.doc());
      return null;
    }
    return value(valueType, JsonNodeFactory.instance.objectNode(), path);
  }

  private @Nullable Object value(Type type, JsonNode node, String path) {
    if (ConfigKey.isA(type, List.class)) {
      return list(ConfigKey.argument(type, 0), node, path);
    }
    if (ConfigKey.isA(type, Map.class)) {
      return map(ConfigKey.argument(type, 1), node, path);
    }
    Class<?> raw = (Class<?>) type;
    return Scalar.isScalar(raw) ? scalar(raw, node, path) : record(raw, node, path);
  }

  private @Nullable Object scalar(Class<?> type, JsonNode node, String path) {
    Scalar scalar = Scalar.of(type);
    if (!node.isValueNode()) {
      problemAt(path, "must be " + scalar.form());
      return null;
    }
    try {
      return scalar.parse().apply(node.asText().strip());
    } catch (IllegalArgumentException e) {
      problemAt(path, "'" + node.asText() + "' is not valid, write " + scalar.form());
      return null;
    }
  }

  private @Nullable List<Object> list(Type element, JsonNode node, String path) {
    List<JsonNode> nodes = new ArrayList<>();
    if (node.isArray()) {
      node.forEach(nodes::add);
    } else if (node.isValueNode()) {
      for (String item : node.asText().split(",", -1)) {
        if (!item.isBlank()) {
          nodes.add(JsonNodeFactory.instance.textNode(item.strip()));
        }
      }
    } else if (!node.isEmpty()) {
      problemAt(path, "must be a list");
      return null;
    }
    List<Object> values = new ArrayList<>();
    boolean complete = true;
    for (int i = 0; i < nodes.size(); i++) {
      Object value = value(element, nodes.get(i), path + "[" + i + "]");
      if (value == null) {
        complete = false;
      } else {
        values.add(value);
      }
    }
    return complete ? List.copyOf(values) : null;
  }

  private @Nullable Map<String, Object> map(Type element, JsonNode node, String path) {
    JsonNode object = node.isValueNode() ? mapFromText(node.asText()) : node;
    if (!(object instanceof ObjectNode)) {
      problemAt(path, "must consist of keys and values, in one line: name=value,name=value");
      return null;
    }
    Map<String, Object> values = new LinkedHashMap<>();
    boolean complete = true;
    for (Map.Entry<String, JsonNode> entry : object.properties()) {
      Object value = value(element, entry.getValue(), path + "." + entry.getKey());
      if (value == null) {
        complete = false;
      } else {
        values.put(entry.getKey(), value);
      }
    }
    return complete ? Collections.unmodifiableMap(values) : null;
  }

  /** A map in an environment variable: {@code rack=r1,zone=a}, or YAML in braces. */
  private static @Nullable JsonNode mapFromText(String text) {
    if (text.strip().startsWith("{")) {
      try {
        return ConfigLoader.YAML.readTree(text);
      } catch (JsonProcessingException e) {
        return null;
      }
    }
    ObjectNode object = JsonNodeFactory.instance.objectNode();
    for (String item : text.split(",", -1)) {
      int equals = item.indexOf('=');
      if (equals > 0) {
        object.put(item.substring(0, equals).strip(), item.substring(equals + 1).strip());
      } else if (!item.isBlank()) {
        return null;
      }
    }
    return object;
  }

  private void problemAt(String path, String text) {
    String variable = variables.get(path);
    String where = variable != null ? variable : file;
    String key = path.isEmpty() ? "" : "'" + path + "': ";
    problem(where + ": " + key + text);
  }
}
