package io.shoal.e2e.lab;

import com.github.dockerjava.api.model.AccessMode;
import com.github.dockerjava.api.model.Bind;
import com.github.dockerjava.api.model.Volume;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.testcontainers.containers.wait.strategy.Wait;
import org.testcontainers.images.builder.ImageFromDockerfile;

/**
 * Debian's docker-registry in a container, made from nothing but the program and the libraries it
 * is linked with: there is no image of it that could be pulled.
 */
final class RegistryContainer {

  private static final Pattern LIBRARY = Pattern.compile("(?:^\\s*|=> )(/\\S+)", Pattern.MULTILINE);

  private RegistryContainer() {}

  static ImageFromDockerfile image() {
    Path program = Prerequisites.program("docker-registry");
    List<Path> files =
        Stream.concat(
                Stream.of(program),
                LIBRARY
                    .matcher(Commands.run(Duration.ofSeconds(10), "ldd", program.toString()))
                    .results()
                    .map(found -> Path.of(found.group(1))))
            .toList();
    ImageFromDockerfile image = new ImageFromDockerfile("shoal-e2e/registry", false);
    StringBuilder dockerfile = new StringBuilder("FROM scratch\n");
    for (Path file : files) {
      image.withFileFromPath("files" + file, realPath(file));
      dockerfile.append("COPY files%1$s %1$s\n".formatted(file));
    }
    image.withFileFromString(
        "config.yml",
        """
        version: 0.1
        log: {level: info}
        storage:
          filesystem: {rootdirectory: /storage}
          maintenance: {readonly: {enabled: true}}
        http: {addr: "0.0.0.0:5000", secret: e2e}
        """);
    dockerfile.append(
        "COPY config.yml /config.yml\nUSER 10001\nENTRYPOINT [\"%s\", \"serve\", \"/config.yml\"]\n"
            .formatted(program));
    return image.withFileFromString("Dockerfile", dockerfile.toString());
  }

  private static Path realPath(Path file) {
    try {
      return file.toRealPath();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** A registry of what is in this folder. */
  static Member of(ImageFromDockerfile image, Path storage, Member.Place place) {
    Member registry = new Member(image, "registry", List.of(place));
    registry.withCreateContainerCmdModifier(create ->
        create
            .getHostConfig()
            .withBinds(new Bind(storage.toString(), new Volume("/storage"), AccessMode.ro)));
    registry.waitingFor(Wait.forLogMessage(".*listening on .*", 1));
    return registry;
  }
}
