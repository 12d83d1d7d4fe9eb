package io.shoal.cli.process;

/** A server that was started. */
public interface RunningServer {

  /** The port of its HTTP side. */
  int port();

  /** Finishes what it is doing, within its own limits, and lets everything go. */
  void close() throws Exception;
}
