package io.shoal.node.wire;

import io.netty.channel.IoHandlerFactory;
import io.netty.channel.epoll.Epoll;
import io.netty.channel.epoll.EpollIoHandler;
import io.netty.channel.epoll.EpollServerSocketChannel;
import io.netty.channel.epoll.EpollSocketChannel;
import io.netty.channel.nio.NioIoHandler;
import io.netty.channel.socket.ServerSocketChannel;
import io.netty.channel.socket.SocketChannel;
import io.netty.channel.socket.nio.NioServerSocketChannel;
import io.netty.channel.socket.nio.NioSocketChannel;

/**
 * Which of the kernel's interfaces moves the bytes.
 *
 * @param epoll whether it is Linux' epoll, with its socket options
 */
record Sockets(
    boolean epoll,
    IoHandlerFactory io,
    Class<? extends ServerSocketChannel> server,
    Class<? extends SocketChannel> client) {

  /** Epoll where it is there, NIO elsewhere. */
  static Sockets best() {
    return Epoll.isAvailable()
        ? new Sockets(
            true,
            EpollIoHandler.newFactory(),
            EpollServerSocketChannel.class,
            EpollSocketChannel.class)
        : nio();
  }

  static Sockets nio() {
    return new Sockets(
        false, NioIoHandler.newFactory(), NioServerSocketChannel.class, NioSocketChannel.class);
  }
}
