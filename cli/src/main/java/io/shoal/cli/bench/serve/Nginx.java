package io.shoal.cli.bench.serve;

import io.shoal.cli.console.UserError;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/** An nginx that serves a folder by sendfile, with one worker for each processor. */
final class Nginx implements AutoCloseable {

  private static final long START_LIMIT_NANOS = TimeUnit.SECONDS.toNanos(10);
  private static final long POLL_MILLIS = 20;

  private final Process process;
  private final Path log;
  private final int port;

  private Nginx(Process process, Path log, int port) {
    this.process = process;
    this.log = log;
    this.port = port;
  }

  /** Serves what is in the folder {@code www} of this one. */
  static Nginx start(Path program, Path folder) throws IOException, InterruptedException {
    int port = freePort();
    Path config = folder.resolve("nginx.conf");
    Files.writeString(config, config(folder, port));
    Path log = folder.resolve("nginx.log");
    Process process =
        new ProcessBuilder(
                program.toString(),
                "-p",
                folder.toString(),
                "-c",
                config.toString(),
                "-e",
                log.toString())
            .redirectErrorStream(true)
            .redirectOutput(log.toFile())
            .start();
    Nginx nginx = new Nginx(process, log, port);
    try {
      nginx.awaitStart();
      return nginx;
    } catch (IOException | InterruptedException e) {
      nginx.close();
      throw e;
    }
  }

  /** Where it is installed; the path is the variable's. */
  static Path program(String path) {
    return Stream.of((path + ":/usr/sbin:/usr/local/sbin").split(":"))
        .map(directory -> Path.of(directory, "nginx"))
        .filter(Files::isExecutable)
        .findFirst()
        .orElseThrow(() ->
            UserError.unusable(
                "nginx is not installed, and there is nothing to compare with;"
                    + " e2e/install-test-programs.sh installs it"));
  }

  private static int freePort() throws IOException {
    try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      return socket.getLocalPort();
    }
  }

  /** Its workers must be able to read the folder, which is the user's own. */
  private static String config(Path folder, int port) {
    String user = System.getProperty("user.name", "");
    return """
    %1$s
    daemon off;
    worker_processes auto;
    pid %2$s/nginx.pid;
    events { worker_connections 256; }
    http {
      access_log off;
      sendfile on;
      tcp_nopush on;
      default_type application/octet-stream;
      client_body_temp_path %2$s/temp;
      proxy_temp_path %2$s/temp;
      fastcgi_temp_path %2$s/temp;
      uwsgi_temp_path %2$s/temp;
      scgi_temp_path %2$s/temp;
      server {
        listen 127.0.0.1:%3$d;
        root %2$s/www;
      }
    }
    """
        .formatted(user.equals("root") ? "user root;" : "", folder, port);
  }

  private void awaitStart() throws IOException, InterruptedException {
    long deadline = System.nanoTime() + START_LIMIT_NANOS;
    while (System.nanoTime() < deadline && process.isAlive()) {
      try (Socket socket = new Socket()) {
        socket.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), port));
        return;
      } catch (IOException e) {
        process.waitFor(POLL_MILLIS, TimeUnit.MILLISECONDS);
      }
    }
    throw new IOException("nginx does not start: " + Files.readString(log).strip());
  }

  int port() {
    return port;
  }

  /** All of its processes. */
  List<ProcessHandle> processes() {
    return Stream.concat(Stream.of(process.toHandle()), process.descendants()).toList();
  }

  /** Asks it to end; its workers end with it. */
  @Override
  public void close() {
    process.destroy();
  }
}
