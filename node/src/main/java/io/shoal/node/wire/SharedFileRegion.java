package io.shoal.node.wire;

import io.netty.channel.DefaultFileRegion;
import java.nio.channels.FileChannel;

/** Part of a file that others read too: the file stays open when the part has been sent. */
final class SharedFileRegion extends DefaultFileRegion {

  SharedFileRegion(FileChannel file, long position, int length) {
    super(file, position, length);
  }

  @Override
  protected void deallocate() {
    // The file belongs to who handed it in.
  }
}
