using System.Net;
using System.Runtime.Versioning;
using System.Text;
using Microsoft.AspNetCore.Http;

namespace Weir.Hosting;

/// <summary>The target of a node that was given none: it answers with the request as it arrived through the balancer.</summary>
[SupportedOSPlatform("linux")]
internal static class SampleTarget
{
    public static LocalWebServer? TryStart(out ListenProblem? problem) =>
        LocalWebServer.TryStart(new IPEndPoint(IPAddress.Loopback, 0), Answer, out problem);

    private static Task Answer(HttpContext context)
    {
        var text = new StringBuilder();
        text.Append("This is Weir's sample target. Your request came through the balancer like this:\n\n");
        text.Append($"{context.Request.Method} {context.Request.Path}{context.Request.QueryString}\n");
        foreach ((string name, Microsoft.Extensions.Primitives.StringValues value) in context.Request.Headers)
        {
            text.Append($"{name}: {value}\n");
        }

        context.Response.ContentType = "text/plain; charset=utf-8";
        byte[] body = Encoding.UTF8.GetBytes(text.ToString());
        context.Response.ContentLength = body.Length;
        return context.Response.Body.WriteAsync(body).AsTask();
    }
}
