package io.shoal.oci.registry;

import io.netty.buffer.ByteBuf;
import io.netty.handler.codec.http.HttpContent;
import io.netty.handler.codec.http.LastHttpContent;
import java.io.IOException;
import java.io.InputStream;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Queue;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * The body of one request on its way from the connection's event loop to the thread that answers.
 * Holds little: when it is full the connection is not read until half of it is gone.
 */
final class BodyStream extends InputStream {

  private static final int FULL_BYTES = 256 << 10;

  /** A client that sends nothing for so long has gone without saying so. */
  private static final Duration SILENCE = Duration.ofSeconds(60);

  /**
   * Read and thrown away so that a client that is still sending reads the answer instead of finding
   * its connection reset.
   */
  private static final long MOST_UNWANTED_BYTES = 64L << 20;

  private final Runnable wanted;
  private final Runnable drained;
  private final ReentrantLock lock = new ReentrantLock();
  private final Condition changed = lock.newCondition();

  // Guarded by the lock.
  private final Queue<ByteBuf> waiting = new ArrayDeque<>();
  private int waitingBytes;
  private boolean full;
  private boolean begun;
  private boolean complete;
  private boolean closed;
  private @Nullable IOException failure;

  /**
   * @param wanted told once, when the first byte is asked for
   * @param drained told when it is no longer full
   */
  BodyStream(Runnable wanted, Runnable drained) {
    this.wanted = wanted;
    this.drained = drained;
  }

  /** More of the body, from the event loop. */
  void offer(HttpContent content) {
    lock.lock();
    try {
      if (content.decoderResult().isFailure()) {
        fail(new IOException("the body is no HTTP body", content.decoderResult().cause()));
        return;
      }
      int bytes = content.content().readableBytes();
      if (bytes > 0 && !closed) {
        waiting.add(content.content().retain());
        waitingBytes += bytes;
        full = full || waitingBytes >= FULL_BYTES;
      }
      complete = complete || content instanceof LastHttpContent;
      changed.signalAll();
    } finally {
      lock.unlock();
    }
  }

  /** No more will come, though it is not complete. */
  void fail(IOException reason) {
    lock.lock();
    try {
      failure = reason;
      letGo();
      changed.signalAll();
    } finally {
      lock.unlock();
    }
  }

  boolean isFull() {
    lock.lock();
    try {
      return full;
    } finally {
      lock.unlock();
    }
  }

  /** Whether its end has arrived. */
  boolean isComplete() {
    lock.lock();
    try {
      return complete && failure == null;
    } finally {
      lock.unlock();
    }
  }

  @Override
  public int read() throws IOException {
    byte[] one = new byte[1];
    return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
  }

  @Override
  public int read(byte[] into, int offset, int length) throws IOException {
    if (length == 0) {
      return 0;
    }
    lock.lock();
    try {
      if (!begun) {
        begun = true;
        wanted.run();
      }
      await();
      ByteBuf first = waiting.peek();
      if (first == null) {
        return -1;
      }
      int read = Math.min(length, first.readableBytes());
      first.readBytes(into, offset, read);
      if (!first.isReadable()) {
        waiting.remove().release();
      }
      waitingBytes -= read;
      if (full && waitingBytes <= FULL_BYTES / 2) {
        full = false;
        drained.run();
      }
      return read;
    } finally {
      lock.unlock();
    }
  }

  /** Waits, with the lock, for bytes or for the end. */
  private void await() throws IOException {
    long left = SILENCE.toNanos();
    while (waiting.isEmpty() && !complete) {
      if (failure != null) {
        throw new IOException(failure.getMessage(), failure);
      }
      if (left <= 0) {
        throw new IOException("the client sent nothing for " + SILENCE.toSeconds() + " s");
      }
      try {
        left = changed.awaitNanos(left);
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        throw new IOException("interrupted while reading a body", e);
      }
    }
    if (failure != null) {
      throw new IOException(failure.getMessage(), failure);
    }
  }

  /**
   * The answer is known: the rest of the body is of no use.
   *
   * @param held whether the client holds the body back until it is asked for
   */
  void finish(boolean held) {
    boolean comes;
    lock.lock();
    try {
      comes = begun || !held;
    } finally {
      lock.unlock();
    }
    try {
      byte[] unwanted = new byte[16 << 10];
      long bytes = 0;
      int read = 0;
      while (comes && read >= 0 && bytes < MOST_UNWANTED_BYTES) {
        read = read(unwanted, 0, unwanted.length);
        bytes += read;
      }
    } catch (IOException e) {
      // Then there is nobody to answer, or the connection ends with the answer.
    } finally {
      close();
    }
  }

  @Override
  public void close() {
    lock.lock();
    try {
      letGo();
    } finally {
      lock.unlock();
    }
  }

  private void letGo() {
    closed = true;
    while (!waiting.isEmpty()) {
      waiting.remove().release();
    }
    waitingBytes = 0;
    if (full) {
      full = false;
      drained.run();
    }
  }
}
