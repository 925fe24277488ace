using Grpc.Core;

namespace Weir.EndToEnd.Tests;

/// <summary>A service of all four kinds of calls, whose messages are strings: what a generator would make of its description.</summary>
[BindServiceMethod(typeof(EchoContract), nameof(Bind))]
internal abstract class EchoContract
{
    private const string Name = "weir.Echo";

    public static Method<string, string> UnaryMethod { get; } = Make(MethodType.Unary, nameof(Unary));

    public static Method<string, string> CollectMethod { get; } = Make(MethodType.ClientStreaming, nameof(Collect));

    public static Method<string, string> RepeatMethod { get; } = Make(MethodType.ServerStreaming, nameof(Repeat));

    public static Method<string, string> ChatMethod { get; } = Make(MethodType.DuplexStreaming, nameof(Chat));

    public static void Bind(ServiceBinderBase binder, EchoContract? service)
    {
        binder.AddMethod(UnaryMethod, service is null ? null : new UnaryServerMethod<string, string>(service.Unary));
        binder.AddMethod(CollectMethod, service is null ? null : new ClientStreamingServerMethod<string, string>(service.Collect));
        binder.AddMethod(RepeatMethod, service is null ? null : new ServerStreamingServerMethod<string, string>(service.Repeat));
        binder.AddMethod(ChatMethod, service is null ? null : new DuplexStreamingServerMethod<string, string>(service.Chat));
    }

    /// <summary>What was said, with a trailer; or a failure, where that was asked for.</summary>
    public abstract Task<string> Unary(string request, ServerCallContext context);

    /// <summary>All that was said, together.</summary>
    public abstract Task<string> Collect(IAsyncStreamReader<string> requests, ServerCallContext context);

    /// <summary>A number of messages.</summary>
    public abstract Task Repeat(string request, IServerStreamWriter<string> responses, ServerCallContext context);

    /// <summary>An answer to each message, before the next one comes.</summary>
    public abstract Task Chat(IAsyncStreamReader<string> requests, IServerStreamWriter<string> responses, ServerCallContext context);

    private static Method<string, string> Make(MethodType type, string name) =>
        new(type, Name, name, Marshallers.StringMarshaller, Marshallers.StringMarshaller);
}
