package io.shoal.config;

import java.lang.reflect.ParameterizedType;
import java.lang.reflect.RecordComponent;
import java.lang.reflect.Type;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/**
 * One key that can be set: a leaf of the tree of config records.
 *
 * @param path where it stands, such as {@code store.quota}
 * @param type the Java type of its value, without Optional
 * @param defaultValue as in {@link Key#defaultValue}
 * @param required whether it has to be set
 * @param doc as in {@link Key#doc}
 */
record ConfigKey(String path, Type type, String defaultValue, boolean required, String doc) {

  /** All keys of a record and of the records in it, in order of declaration. */
  static List<ConfigKey> of(Class<?> record) {
    List<ConfigKey> keys = new ArrayList<>();
    collect(record, "", keys);
    return keys;
  }

  private static void collect(Class<?> record, String prefix, List<ConfigKey> keys) {
    for (RecordComponent component : record.getRecordComponents()) {
      Key key = annotation(component);
      String path = prefix + name(component);
      Type type = component.getGenericType();
      boolean optional = isA(type, Optional.class);
      Type value = optional ? argument(type, 0) : type;
      if (isNested(value)) {
        collect((Class<?>) value, path + ".", keys);
      } else {
        boolean required = !optional && key.defaultValue().isEmpty() && value instanceof Class<?>;
        keys.add(new ConfigKey(path, value, key.defaultValue(), required, key.doc()));
      }
    }
  }

  /** The environment variable of this key: {@code SHOAL_AGENT_STORE_SHARE_OF_DISK}. */
  String variable(String envPrefix) {
    String snake = path.replaceAll("([a-z0-9])([A-Z])", "$1_$2").replaceAll("[.-]", "_");
    return envPrefix + "_" + snake.toUpperCase(Locale.ROOT);
  }

  static Key annotation(RecordComponent component) {
    Key key = component.getAnnotation(Key.class);
    if (key == null) {
      throw new IllegalStateException(
          component.getDeclaringRecord() + "." + component.getName() + " has no @Key");
    }
    return key;
  }

  static String name(RecordComponent component) {
    String name = annotation(component).name();
    return name.isEmpty() ? component.getName() : name;
  }

  /** Whether a type is a config record, and not a value that happens to be a record. */
  static boolean isNested(Type type) {
    return type instanceof Class<?> c && c.isRecord() && !Scalar.isScalar(c);
  }

  static boolean isA(Type type, Class<?> raw) {
    return type instanceof ParameterizedType p && p.getRawType() == raw;
  }

  static Type argument(Type type, int index) {
    return ((ParameterizedType) type).getActualTypeArguments()[index];
  }
}
