package io.shoal.e2e.lab;

import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.security.DigestOutputStream;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import java.util.zip.GZIPOutputStream;

/** Builds the images that the tests pull, layer by layer, with {@code tar}. */
final class ImageFactory {

  private static final String LAYER_TYPE = "application/vnd.docker.image.rootfs.diff.tar";
  private static final String CONFIG_TYPE = "application/vnd.docker.container.image.v1+json";
  private static final Path JDK = Path.of(System.getProperty("java.home"));

  private final Path folder;

  ImageFactory(Path folder) {
    this.folder = folder;
  }

  /**
   * What a layer is packed from.
   *
   * @param base the paths in the layer are relative to it
   */
  private record Source(Path base, List<String> paths, boolean gzip) {}

  private record Layer(TestImage.Blob blob, String diffId) {}

  /**
   * The image of the main test: this JDK, the programs under test and a static busybox; at least 6
   * layers and 250 MB as transferred. The JDK's largest file is packed without compression, as an
   * image may, which spares the daemons minutes of inflating on a small machine.
   */
  TestImage large() {
    String name = "shoal-e2e";
    List<Source> sources = new ArrayList<>();
    sources.add(base(name));
    sources.add(new Source(JDK, List.of("lib/modules"), false));
    sources.add(new Source(JDK, filesOf(JDK.resolve("lib"), "modules"), true));
    sources.add(new Source(JDK, filesOf(JDK, "lib"), true));
    sources.add(programs("dockerd", "containerd", "ctr", "runc"));
    sources.add(programs("docker-registry", "containerd-shim-runc-v2"));
    sources.add(greeting(name));
    TestImage image = build(name, sources);
    if (image.layers().size() < 6 || image.blobBytes() < 250_000_000) {
      throw new AssertionError(
          "the image has "
              + image.layers().size()
              + " layers and "
              + image.blobBytes()
              + " bytes: too small to show anything");
    }
    return image;
  }

  /** An image of one layer of some 125 MB and two small ones, with content of its own. */
  TestImage medium(String name) {
    Source own = greeting(name);
    try {
      for (String program : List.of("dockerd", "containerd")) {
        Files.copy(
            Prerequisites.program(program),
            own.base().resolve(program),
            StandardCopyOption.REPLACE_EXISTING);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    // The greeting stands first and differs, so no two of these layers have the same digest.
    return build(
        name,
        List.of(
            base(name),
            new Source(own.base(), List.of("greeting", "dockerd", "containerd"), false)));
  }

  private Source base(String name) {
    try {
      Path root = Files.createDirectories(folder.resolve(name + "-base"));
      Path bin = Files.createDirectories(root.resolve("bin"));
      Files.copy(
          Prerequisites.program("busybox").toRealPath(),
          bin.resolve("busybox"),
          StandardCopyOption.REPLACE_EXISTING);
      Path etc = Files.createDirectories(root.resolve("etc"));
      Files.writeString(etc.resolve("passwd"), "root:x:0:0:root:/:/bin/busybox\n");
      // No two images share this layer: the second one would find it in the cluster.
      Files.writeString(etc.resolve("image"), name + "\n");
      return new Source(root, List.of("bin", "etc"), true);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private Source greeting(String name) {
    try {
      Path root = Files.createDirectories(folder.resolve(name + "-greeting"));
      Files.writeString(root.resolve("greeting"), greetingOf(name) + "\n");
      return new Source(root, List.of("greeting"), true);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static String greetingOf(String name) {
    return "hello from " + name;
  }

  private static Source programs(String... names) {
    Path root = Path.of("/");
    return new Source(
        root,
        Stream.of(names).map(n -> root.relativize(Prerequisites.program(n)).toString()).toList(),
        true);
  }

  private static List<String> filesOf(Path directory, String except) {
    try (Stream<Path> files = Files.list(directory)) {
      return files
          .filter(f -> !f.getFileName().toString().equals(except))
          .map(f -> JDK.relativize(f).toString())
          .sorted()
          .toList();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private TestImage build(String name, List<Source> sources) {
    List<Layer> layers =
        IntStream.range(0, sources.size())
            .parallel()
            .mapToObj(i -> pack(folder.resolve(name + "-layer" + i), sources.get(i)))
            .toList();
    String config =
        """
        {"architecture":"%s","os":"linux",
         "config":{"Cmd":["/bin/busybox","cat","/greeting"]},
         "rootfs":{"type":"layers","diff_ids":[%s]}}\
        """
            .formatted(
                System.getProperty("os.arch").equals("aarch64") ? "arm64" : "amd64",
                layers.stream().map(l -> '"' + l.diffId() + '"').collect(Collectors.joining(",")));
    TestImage.Blob configBlob = store(folder.resolve(name + "-config"), config);
    List<TestImage.Blob> blobs = layers.stream().map(Layer::blob).toList();
    String manifest =
        """
        {"schemaVersion":2,"mediaType":"%s",
         "config":%s,
         "layers":[%s]}\
        """
            .formatted(
                TestImage.MANIFEST_TYPE,
                descriptor(configBlob),
                blobs.stream().map(ImageFactory::descriptor).collect(Collectors.joining(",")));
    return new TestImage(
        "library/" + name,
        "1",
        greetingOf(name),
        configBlob,
        blobs,
        manifest.getBytes(StandardCharsets.UTF_8));
  }

  private static String descriptor(TestImage.Blob blob) {
    return "{\"mediaType\":\"%s\",\"size\":%d,\"digest\":\"%s\"}"
        .formatted(blob.mediaType(), blob.bytes(), blob.digest());
  }

  private static TestImage.Blob store(Path file, String content) {
    try {
      Files.writeString(file, content);
      MessageDigest sha256 = sha256();
      sha256.update(Files.readAllBytes(file));
      return new TestImage.Blob(digest(sha256), Files.size(file), CONFIG_TYPE, file);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static Layer pack(Path file, Source source) {
    List<String> command =
        new ArrayList<>(
            List.of(
                "tar",
                "--create",
                "--sort=name",
                "--mtime=@1767225600",
                "--owner=0",
                "--group=0",
                "--numeric-owner",
                "--directory",
                source.base().toString()));
    command.addAll(source.paths());
    MessageDigest packed = sha256();
    MessageDigest plain = sha256();
    try {
      Process tar =
          new ProcessBuilder(command).redirectError(ProcessBuilder.Redirect.DISCARD).start();
      try (InputStream in = tar.getInputStream();
          OutputStream out =
              new DigestOutputStream(
                  new BufferedOutputStream(Files.newOutputStream(file), 1 << 16), packed);
          OutputStream to =
              new DigestOutputStream(source.gzip() ? new FastGzip(out) : out, plain)) {
        in.transferTo(to);
      }
      if (tar.waitFor() != 0) {
        throw new AssertionError(String.join(" ", command) + " failed");
      }
      return new Layer(
          new TestImage.Blob(
              digest(packed),
              Files.size(file),
              source.gzip() ? LAYER_TYPE + ".gzip" : LAYER_TYPE,
              file),
          digest(plain));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new AssertionError("interrupted while packing " + file, e);
    }
  }

  private static String digest(MessageDigest hash) {
    return "sha256:" + HexFormat.of().formatHex(hash.digest());
  }

  private static MessageDigest sha256() {
    try {
      return MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException e) {
      throw new AssertionError(e);
    }
  }

  /** Gzip at its quickest: time matters here, size does not. */
  private static final class FastGzip extends GZIPOutputStream {
    FastGzip(OutputStream out) throws IOException {
      super(out, 1 << 16);
      def.setLevel(1);
    }
  }
}
