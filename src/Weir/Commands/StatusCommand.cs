using System.CommandLine;
using System.Net;
using System.Net.Http.Headers;
using System.Text.Json;
using Weir.Admin;
using Weir.Configuration;
using Weir.Output;

namespace Weir.Commands;

/// <summary>`weir status`: what a running node is doing.</summary>
internal static class StatusCommand
{
    // A node answers in milliseconds; who asks wants to know soon that there is none.
    private static readonly TimeSpan _answerLimit = TimeSpan.FromSeconds(5);

    public static Command Create(OutputOptions output)
    {
        var admin = new Option<string?>("--admin")
        {
            HelpName = "ADDR:PORT",
            Description = "the node's admin address (127.0.0.1:9600)",
        };
        var command = new Command("status", "show what a running node is doing") { admin };
        command.SetAction(result => (int)Run(result.GetValue(admin), output.Messages(result)));
        return command;
    }

    private static ExitCode Run(string? admin, MessageWriter messages)
    {
        IPEndPoint endPoint = AdminAddress.Default.EndPoint;
        if (admin is not null)
        {
            if (ListenAddress.Parse(admin, out string? error) is not { } address)
            {
                UsageReport.Write([new UsageError("--admin", admin, error!, "ADDRESS:PORT or PORT")], messages, "status");
                return ExitCode.Usage;
            }

            endPoint = address.EndPoint;
        }

        if (Fetch(endPoint, out string problem) is not { } json)
        {
            messages.Fail("unreachable", $"no node answers at {endPoint} ({problem}); --admin ADDR:PORT asks elsewhere");
            return ExitCode.NodeUnreachable;
        }

        return Show(json, endPoint, messages);
    }

    private static ExitCode Show(string json, IPEndPoint endPoint, MessageWriter messages)
    {
        if (messages.Format == OutputFormat.Json)
        {
            Console.Out.Write(json);
            return ExitCode.Done;
        }

        try
        {
            Console.Out.Write(StatusTables.Write(JsonSerializer.Deserialize(json, StatusJson.Default.StatusDocument)!));
            return ExitCode.Done;
        }
        catch (JsonException)
        {
            messages.Fail("unreachable", $"what answers at {endPoint} is not a node of this version of Weir");
            return ExitCode.NodeUnreachable;
        }
    }

    private static string? Fetch(IPEndPoint endPoint, out string problem)
    {
        using var handler = new SocketsHttpHandler { UseProxy = false, AllowAutoRedirect = false };
        using var client = new HttpClient(handler) { Timeout = _answerLimit };
        using var request = new HttpRequestMessage(HttpMethod.Get, $"http://{endPoint}{AdminEndpoint.StatusPath}");
        request.Headers.UserAgent.Add(new ProductInfoHeaderValue("weir", BuildVersion.Number));
        try
        {
            using HttpResponseMessage response = client.Send(request);
            problem = $"it answered {(int)response.StatusCode}";
            using var reader = new StreamReader(response.Content.ReadAsStream());
            return response.StatusCode == HttpStatusCode.OK ? reader.ReadToEnd() : null;
        }
        catch (HttpRequestException exception)
        {
            problem = exception.HttpRequestError == HttpRequestError.ConnectionError
                ? "connection refused or no way there"
                : exception.Message;
        }
        catch (Exception exception) when (exception is TaskCanceledException or IOException)
        {
            problem = $"no answer within {_answerLimit.TotalSeconds:0} seconds";
        }

        return null;
    }
}
