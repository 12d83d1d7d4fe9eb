package io.shoal.service;

import io.micronaut.context.annotation.Requires;
import io.micronaut.context.event.BeanCreatedEvent;
import io.micronaut.context.event.BeanCreatedEventListener;
import io.micronaut.http.netty.channel.ChannelPipelineCustomizer;
import io.micronaut.http.server.netty.NettyServerCustomizer;
import io.netty.channel.Channel;
import jakarta.inject.Singleton;
import org.jspecify.annotations.Nullable;

/** Puts the service's own handler in front of the framework on every connection. */
@Singleton
@Requires(beans = FrontHandler.class)
final class FrontPipeline implements BeanCreatedEventListener<NettyServerCustomizer.Registry> {

  private final FrontHandler front;

  FrontPipeline(FrontHandler front) {
    this.front = front;
  }

  @Override
  public NettyServerCustomizer.Registry onCreated(
      BeanCreatedEvent<NettyServerCustomizer.Registry> event) {
    event.getBean().register(new Customizer(front, null));
    return event.getBean();
  }

  private record Customizer(FrontHandler front, @Nullable Channel channel)
      implements NettyServerCustomizer {

    @Override
    public NettyServerCustomizer specializeForChannel(Channel connection, ChannelRole role) {
      return new Customizer(front, connection);
    }

    @Override
    public void onStreamPipelineBuilt() {
      if (channel != null) {
        channel
            .pipeline()
            .addBefore(
                ChannelPipelineCustomizer.HANDLER_MICRONAUT_INBOUND,
                "shoal-front",
                front.maker().get());
      }
    }
  }
}
