using System.Globalization;
using Grpc.Core;

namespace Weir.EndToEnd.Tests;

/// <summary>The service, as a server has it.</summary>
internal sealed class EchoService : EchoContract
{
    public override Task<string> Unary(string request, ServerCallContext context)
    {
        if (request == "fail")
        {
            throw new RpcException(new Status(StatusCode.NotFound, "no such thing"), new Metadata { { "x-detail", "42" } });
        }

        context.ResponseTrailers.Add("x-said", context.RequestHeaders.GetValue("x-say") ?? "nothing");
        return Task.FromResult(request);
    }

    public override async Task<string> Collect(IAsyncStreamReader<string> requests, ServerCallContext context)
    {
        var all = new List<string>();
        await foreach (string request in requests.ReadAllAsync(context.CancellationToken))
        {
            all.Add(request);
        }

        return string.Join('+', all);
    }

    public override async Task Repeat(string request, IServerStreamWriter<string> responses, ServerCallContext context)
    {
        int count = int.Parse(request, CultureInfo.InvariantCulture);
        for (int i = 0; i < count; i++)
        {
            await responses.WriteAsync(new string((char)('a' + (i % 26)), 1_000), context.CancellationToken);
        }
    }

    public override async Task Chat(IAsyncStreamReader<string> requests, IServerStreamWriter<string> responses, ServerCallContext context)
    {
        await foreach (string request in requests.ReadAllAsync(context.CancellationToken))
        {
            await responses.WriteAsync("re: " + request, context.CancellationToken);
        }
    }
}
