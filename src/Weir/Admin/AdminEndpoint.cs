using System.Net;
using System.Runtime.Versioning;
using System.Text;
using System.Text.Json;
using Microsoft.AspNetCore.Http;
using Weir.Hosting;

namespace Weir.Admin;

/// <summary>Answers what monitoring and operators ask of a node. It reads; it must never change anything.</summary>
internal sealed class AdminEndpoint(NodeStatus node)
{
    public const string StatusPath = "/status";
    public const string MetricsPath = "/metrics";
    public const string HealthPath = "/healthz";

    private const string Plain = "text/plain; charset=utf-8";

    [SupportedOSPlatform("linux")]
    public static LocalWebServer? TryStart(IPEndPoint endPoint, NodeStatus node, out ListenProblem? problem) =>
        LocalWebServer.TryStart(endPoint, new AdminEndpoint(node).Answer, out problem);

    private Task Answer(HttpContext context)
    {
        if (!HttpMethods.IsGet(context.Request.Method) && !HttpMethods.IsHead(context.Request.Method))
        {
            context.Response.Headers.Allow = "GET, HEAD";
            return Send(context, StatusCodes.Status405MethodNotAllowed, Plain, "GET only\n");
        }

        return context.Request.Path.Value switch
        {
            MetricsPath => Send(context, StatusCodes.Status200OK, MetricsText.ContentType, MetricsText.Write(node)),
            StatusPath => Send(
                context,
                StatusCodes.Status200OK,
                "application/json; charset=utf-8",
                JsonSerializer.Serialize(StatusReader.Read(node), StatusJson.Readable.StatusDocument) + "\n"),
            HealthPath when node.IsDraining =>
                Send(context, StatusCodes.Status503ServiceUnavailable, Plain, "draining\n"),
            HealthPath => Send(context, StatusCodes.Status200OK, Plain, "ok\n"),
            "/" => Send(context, StatusCodes.Status200OK, Plain, $"{StatusPath}\n{MetricsPath}\n{HealthPath}\n"),
            _ => Send(
                context,
                StatusCodes.Status404NotFound,
                Plain,
                $"not here; there are {StatusPath}, {MetricsPath} and {HealthPath}\n"),
        };
    }

    private static async Task Send(HttpContext context, int code, string contentType, string text)
    {
        byte[] body = Encoding.UTF8.GetBytes(text);
        context.Response.StatusCode = code;
        context.Response.ContentType = contentType;
        context.Response.Headers.CacheControl = "no-store";
        context.Response.ContentLength = body.Length;
        if (!HttpMethods.IsHead(context.Request.Method))
        {
            await context.Response.Body.WriteAsync(body, context.RequestAborted);
        }
    }
}
