package io.shoal.e2e.lab;

import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.security.DigestOutputStream;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Random;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import java.util.zip.GZIPOutputStream;

/** Builds the images that the tests pull, layer by layer, with {@code tar}. */
final class ImageFactory {

  private static final Duration LIMIT = Duration.ofMinutes(1);
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

  /**
   * A packed layer.
   *
   * @param url where a foreign layer is, or empty
   */
  private record Layer(TestImage.Blob blob, String diffId, String url) {
    String descriptor() {
      String plain = ImageFactory.descriptor(blob);
      return url.isEmpty()
          ? plain
          : plain.substring(0, plain.length() - 1) + ",\"urls\":[\"" + url + "\"]}";
    }
  }

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
    TestImage image = build(name, ImageForm.DOCKER, sources);
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
        ImageForm.DOCKER,
        List.of(
            base(name),
            new Source(own.base(), List.of("greeting", "dockerd", "containerd"), false)));
  }

  /** A busybox, and one layer of this many bytes that nothing compresses. */
  TestImage random(String name, long bytes) {
    Source own = greeting(name);
    byte[] block = new byte[1 << 16];
    Random random = new Random(name.hashCode());
    try (OutputStream out = Files.newOutputStream(own.base().resolve("random"))) {
      for (long written = 0; written < bytes; written += block.length) {
        random.nextBytes(block);
        out.write(block);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return build(
        name,
        ImageForm.DOCKER,
        List.of(base(name), new Source(own.base(), List.of("greeting", "random"), false)));
  }

  /** A busybox and a greeting: a megabyte. */
  TestImage small(String name) {
    return build(name, ImageForm.DOCKER, List.of(base(name), greeting(name)));
  }

  /** A layer of so many bytes that compress to no fewer, and a small one. */
  TestImage noise(String name, int bytes) {
    Source own = greeting(name);
    byte[] noise = new byte[bytes];
    new Random(name.hashCode()).nextBytes(noise);
    try {
      Files.write(own.base().resolve("noise"), noise);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    Source layer = new Source(own.base(), List.of("greeting", "noise"), false);
    return build(name, ImageForm.DOCKER, List.of(base(name), layer));
  }

  /** A small one, as OCI writes it. */
  TestImage smallOci(String name) {
    return build(name, ImageForm.OCI, List.of(base(name), greeting(name)));
  }

  /** Sixty layers of one small file each. */
  TestImage sixtyLayers(String name) {
    return build(
        name, ImageForm.DOCKER, IntStream.range(0, 60).mapToObj(i -> greeting(name, i)).toList());
  }

  /** A layer that is compressed with zstd. */
  TestImage zstd(String name) {
    Layer plain = pack(folder.resolve(name + "-plain"), ImageForm.OCI, plain(greeting(name)));
    Path packed = folder.resolve(name + "-zstd");
    Commands.run(
        LIMIT, "zstd", "-q", "-f", plain.blob().file().toString(), "-o", packed.toString());
    TestImage.Blob blob = blob(packed, ImageForm.OCI.layer + "+zstd");
    return assemble(name, ImageForm.OCI, List.of(new Layer(blob, plain.diffId(), "")));
  }

  /** A layer of no bytes at all beside an ordinary one. */
  TestImage emptyBlob(String name) {
    Layer greeting = pack(folder.resolve(name + "-layer"), ImageForm.OCI, greeting(name));
    TestImage.Blob nothing = store(folder.resolve(name + "-nothing"), "", ImageForm.OCI.layer);
    return assemble(
        name, ImageForm.OCI, List.of(greeting, new Layer(nothing, nothing.digest(), "")));
  }

  /** A layer that the registry does not have, only this address. */
  TestImage foreignLayer(String name, URI address) {
    Layer layer = pack(folder.resolve(name + "-layer"), ImageForm.DOCKER, greeting(name));
    TestImage.Blob foreign =
        blob(layer.blob().file(), "application/vnd.docker.image.rootfs.foreign.diff.tar.gzip");
    return assemble(
        name, ImageForm.DOCKER, List.of(new Layer(foreign, layer.diffId(), address.toString())));
  }

  private static Source plain(Source source) {
    return new Source(source.base(), source.paths(), false);
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
    return greeting(name, 0);
  }

  private Source greeting(String name, int number) {
    try {
      Path root = Files.createDirectories(folder.resolve(name + "-greeting" + number));
      String text = greetingOf(name) + (number == 0 ? "" : " " + number);
      Files.writeString(root.resolve("greeting"), text + "\n");
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

  private TestImage build(String name, ImageForm form, List<Source> sources) {
    return assemble(
        name,
        form,
        IntStream.range(0, sources.size())
            .parallel()
            .mapToObj(i -> pack(folder.resolve(name + "-layer" + i), form, sources.get(i)))
            .toList());
  }

  private TestImage assemble(String name, ImageForm form, List<Layer> layers) {
    String config =
        """
        {"architecture":"%s","os":"linux",
         "config":{"Cmd":["/bin/busybox","cat","/greeting"]},
         "rootfs":{"type":"layers","diff_ids":[%s]}}\
        """
            .formatted(
                architecture(),
                layers.stream().map(l -> '"' + l.diffId() + '"').collect(Collectors.joining(",")));
    TestImage.Blob configBlob = store(folder.resolve(name + "-config"), config, form.config);
    String manifest =
        """
        {"schemaVersion":2,"mediaType":"%s",
         "config":%s,
         "layers":[%s]}\
        """
            .formatted(
                form.manifest,
                descriptor(configBlob),
                layers.stream().map(Layer::descriptor).collect(Collectors.joining(",")));
    return new TestImage(
        "library/" + name,
        "1",
        greetingOf(name),
        configBlob,
        layers.stream().map(Layer::blob).toList(),
        form.manifest,
        manifest.getBytes(StandardCharsets.UTF_8));
  }

  /** This machine's, as images call it. */
  static String architecture() {
    return System.getProperty("os.arch").equals("aarch64") ? "arm64" : "amd64";
  }

  private static String descriptor(TestImage.Blob blob) {
    return "{\"mediaType\":\"%s\",\"size\":%d,\"digest\":\"%s\"}"
        .formatted(blob.mediaType(), blob.bytes(), blob.digest());
  }

  private static TestImage.Blob store(Path file, String content, String mediaType) {
    try {
      Files.writeString(file, content);
      return blob(file, mediaType);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static TestImage.Blob blob(Path file, String mediaType) {
    try {
      return new TestImage.Blob(
          digestOf(Files.readAllBytes(file)), Files.size(file), mediaType, file);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static Layer pack(Path file, ImageForm form, Source source) {
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
              source.gzip() ? form.layer + form.gzip : form.layer,
              file),
          digest(plain),
          "");
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new AssertionError("interrupted while packing " + file, e);
    }
  }

  static String digestOf(byte[] content) {
    MessageDigest hash = sha256();
    hash.update(content);
    return digest(hash);
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
