package io.shoal.origin.http;

import io.micronaut.context.event.BeanCreatedEvent;
import io.micronaut.context.event.BeanCreatedEventListener;
import io.micronaut.http.netty.channel.ChannelPipelineCustomizer;
import io.micronaut.http.server.netty.NettyServerCustomizer;
import io.netty.channel.Channel;
import io.shoal.oci.registry.RegistryEndpoint;
import jakarta.inject.Singleton;
import org.jspecify.annotations.Nullable;

/** Puts the sending of blobs in front of the framework, whose own way costs many times the CPU. */
@Singleton
final class BlobPipeline implements BeanCreatedEventListener<NettyServerCustomizer.Registry> {

  private final RegistryEndpoint endpoint;

  BlobPipeline(RegistryEndpoint endpoint) {
    this.endpoint = endpoint;
  }

  @Override
  public NettyServerCustomizer.Registry onCreated(
      BeanCreatedEvent<NettyServerCustomizer.Registry> event) {
    event.getBean().register(new Customizer(endpoint, null));
    return event.getBean();
  }

  private record Customizer(RegistryEndpoint endpoint, @Nullable Channel connection)
      implements NettyServerCustomizer {

    @Override
    public NettyServerCustomizer specializeForChannel(Channel channel, ChannelRole role) {
      return new Customizer(endpoint, channel);
    }

    @Override
    public void onStreamPipelineBuilt() {
      if (connection != null) {
        connection
            .pipeline()
            .addBefore(
                ChannelPipelineCustomizer.HANDLER_MICRONAUT_INBOUND,
                "shoal-blobs",
                endpoint.newHandler());
      }
    }
  }
}
