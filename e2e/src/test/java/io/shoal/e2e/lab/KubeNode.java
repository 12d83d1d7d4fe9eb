package io.shoal.e2e.lab;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;

/**
 * Runs containers of a rendered chart as a kubelet would, without images: each as a process of the
 * distribution with a root of its own, in which there is nothing but Java, the distribution where
 * the image has it, and what the container mounts; as the user and with the capabilities that its
 * security context says; with its command, arguments and environment, and nothing else.
 */
public final class KubeNode {

  private static final Duration LIMIT = Duration.ofSeconds(60);

  /** What the shell script does before it becomes the container. */
  private static final String ROOT =
      """
      set -e
      mount -t tmpfs tmpfs '%1$s'
      cd '%1$s'
      mkdir -p usr proc dev etc tmp opt/shoal/runtime opt/shoal/lib opt/shoal/java
      for name in bin sbin lib lib64; do ln -s usr/$name $name; done
      mount --rbind /usr usr
      mount --rbind /proc proc
      mount --rbind /dev dev
      cp /etc/passwd /etc/group /etc/ld.so.cache etc/
      mount --bind '%2$s' opt/shoal/runtime
      mount --bind '%3$s/lib' opt/shoal/lib
      for folder in usr opt/shoal/runtime opt/shoal/lib; do mount -o remount,bind,ro $folder; done
      cp '%4$s'/* opt/shoal/java/
      """;

  private final Workspace workspace;
  private final String name;
  private final RenderedChart chart;
  private final Map<String, Path> hostPaths;
  private final Map<String, Path> secrets;
  private final Path folder;

  /**
   * A node.
   *
   * @param hostPaths folders and files of the node by their path on it
   * @param secrets folders with the files of each Secret
   */
  KubeNode(
      Workspace workspace,
      String name,
      RenderedChart chart,
      Map<String, Path> hostPaths,
      Map<String, Path> secrets) {
    this.workspace = workspace;
    this.name = name;
    this.chart = chart;
    this.hostPaths = Map.copyOf(hostPaths);
    this.secrets = Map.copyOf(secrets);
    this.folder = workspace.folder(name);
    writeArguments();
  }

  /** As image/build writes them; the options of a role's JVM come with the distribution. */
  private void writeArguments() {
    String always =
        """
        --enable-native-access=ALL-UNNAMED
        --add-opens=java.base/java.security=ALL-UNNAMED
        --add-opens=java.base/sun.security.provider=ALL-UNNAMED
        -XX:+UseSerialGC
        -XX:AOTCache=/opt/shoal/lib/shoal.aot
        -Xlog:aot=off
        -Xlog:cds=off
        """;
    try {
      Path arguments = Files.createDirectories(folder.resolve("arguments"));
      String start = "-cp\n/opt/shoal/lib/*\nio.shoal.cli.Main\n";
      Files.writeString(arguments.resolve("shoal"), always + "-Xms16m\n" + start);
      String limits =
          Files.readString(distribution().resolve("lib/jvm/agent.options"))
              .replaceAll("(?m)^#.*\n", "");
      Files.writeString(arguments.resolve("agent"), always + limits + start + "agent\n");
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static Path distribution() {
    return Prerequisites.distribution().toAbsolutePath().normalize().getParent().getParent();
  }

  /** Runs one of the pod's init containers, or a container that ends, to its end. */
  public Commands.Result run(JsonNode pod, String container) {
    return Commands.tryRun(LIMIT, Map.of(), command(pod, container));
  }

  /** Starts one of the pod's containers that goes on; the caller closes it. */
  public Program start(JsonNode pod, String container) {
    String called = name + "-" + container;
    return Program.start(called, workspace.log(called), Map.of(), command(pod, container));
  }

  private List<String> command(JsonNode pod, String named) {
    JsonNode container = container(pod, named);
    Path root = dir(folder.resolve("root-" + named));
    StringBuilder script =
        new StringBuilder(
            ROOT.formatted(
                root,
                System.getProperty("java.home"),
                distribution(),
                folder.resolve("arguments")));
    for (JsonNode mount : container.path("volumeMounts")) {
      bind(script, source(pod, mount.path("name").asText()), mount.path("mountPath").asText());
    }
    if (named.equals("agent")) {
      // The image has RocksDB's native code; a distribution unpacks it.
      script.append("mount -t tmpfs tmpfs tmp\n");
    }
    script.append("mount -o remount,ro '%s'\n".formatted(root));
    script.append("exec chroot '").append(root).append("'");
    List<String> words = new ArrayList<>(privileges(pod, container));
    words.addAll(List.of("env", "-i", "MALLOC_ARENA_MAX=1"));
    environment(container).forEach((key, value) -> words.add(key + "=" + value));
    container.path("command").forEach(word -> words.add(word.asText()));
    container.path("args").forEach(word -> words.add(word.asText()));
    words.forEach(word -> script.append(" '").append(word.replace("'", "'\\''")).append("'"));
    return List.of(
        Prerequisites.program("unshare").toString(), "--mount", "sh", "-c", script.toString());
  }

  private static void bind(StringBuilder script, Path source, String at) {
    String inside = at.substring(1);
    if (Files.isDirectory(source)) {
      script.append("mkdir -p '").append(inside).append("'\n");
    } else {
      script
          .append("mkdir -p '")
          .append(inside, 0, inside.lastIndexOf('/'))
          .append("' && touch '")
          .append(inside)
          .append("'\n");
    }
    script.append("mount --bind '%s' '%s'\n".formatted(source, inside));
  }

  /** The container's own settings win over the pod's. */
  private static List<String> privileges(JsonNode pod, JsonNode container) {
    JsonNode own = container.path("securityContext");
    JsonNode ofPod = pod.path("securityContext");
    int user = own.path("runAsUser").asInt(ofPod.path("runAsUser").asInt());
    int group = own.path("runAsGroup").asInt(ofPod.path("runAsGroup").asInt());
    StringBuilder bounds = new StringBuilder();
    own.at("/capabilities/drop").forEach(c -> bounds.append(",-").append(capability(c)));
    own.at("/capabilities/add").forEach(c -> bounds.append(",+").append(capability(c)));
    return List.of(
        "setpriv",
        "--reuid=" + user,
        "--regid=" + group,
        "--groups=" + ofPod.path("fsGroup").asInt(),
        "--inh-caps=-all",
        "--bounding-set=" + bounds.substring(1),
        "--no-new-privs");
  }

  private static String capability(JsonNode name) {
    return name.asText().toLowerCase(Locale.ROOT);
  }

  private Map<String, String> environment(JsonNode container) {
    Map<String, String> environment = new TreeMap<>();
    for (JsonNode variable : container.path("env")) {
      String value =
          switch (variable.at("/valueFrom/fieldRef/fieldPath").asText()) {
            case "" -> variable.path("value").asText();
            case "spec.nodeName" -> name;
            case "status.podIP" -> "127.0.0.1";
            default -> "";
          };
      for (Map.Entry<String, String> known : environment.entrySet()) {
        value = value.replace("$(" + known.getKey() + ")", known.getValue());
      }
      environment.put(variable.path("name").asText(), value);
    }
    return environment;
  }

  private static JsonNode container(JsonNode pod, String name) {
    for (String kind : List.of("initContainers", "containers")) {
      for (JsonNode container : pod.path(kind)) {
        if (container.path("name").asText().equals(name)) {
          return container;
        }
      }
    }
    throw new AssertionError("no container " + name + " in " + pod);
  }

  private Path source(JsonNode pod, String volumeName) {
    int group = pod.at("/securityContext/fsGroup").asInt();
    for (JsonNode volume : pod.path("volumes")) {
      if (volume.path("name").asText().equals(volumeName)) {
        return volume(volume, group);
      }
    }
    throw new AssertionError("no volume " + volumeName);
  }

  private Path volume(JsonNode volume, int group) {
    if (volume.has("hostPath")) {
      String path = volume.at("/hostPath/path").asText();
      Path here = hostPaths.get(path);
      if (here == null) {
        throw new AssertionError("the node has no " + path);
      }
      return here;
    }
    Path at = dir(folder.resolve("volume-" + volume.path("name").asText()));
    if (volume.has("secret")) {
      Path secret = secrets.get(volume.at("/secret/secretName").asText());
      volume
          .at("/secret/items")
          .forEach(item ->
              write(
                  at.resolve(item.path("path").asText()),
                  bytes(secret.resolve(item.path("key").asText())),
                  group));
    } else if (volume.has("configMap")) {
      chart
          .data(volume.at("/configMap/name").asText())
          .forEach((key, text) -> write(at.resolve(key), text.getBytes(UTF_8), group));
    } else {
      give(at, group, "rwxrwxrwx");
    }
    return at;
  }

  private static byte[] bytes(Path file) {
    try {
      return Files.readAllBytes(file);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static void write(Path file, byte[] content, int group) {
    try {
      Files.write(file, content);
      give(file, group, "r--r-----");
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static void give(Path file, int group, String mode) {
    try {
      Files.setAttribute(file, "unix:gid", group);
      Files.setPosixFilePermissions(file, PosixFilePermissions.fromString(mode));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static Path dir(Path path) {
    try {
      return Files.createDirectories(path);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
