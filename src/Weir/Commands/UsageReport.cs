using Weir.Configuration;
using Weir.Output;

namespace Weir.Commands;

/// <summary>Usage errors as people see them: each named, and where the help is.</summary>
internal static class UsageReport
{
    public static void Write(IEnumerable<UsageError> errors, MessageWriter messages, string command)
    {
        foreach (UsageError error in errors)
        {
            messages.Fail(
                "usage",
                error.ToString(),
                ("option", error.Option),
                ("value", error.Value),
                ("allowed", error.Allowed));
        }

        if (messages.Format == OutputFormat.Text)
        {
            messages.Say("help", command.Length == 0 ? "weir --help lists the commands" : $"weir {command} --help lists the options");
        }
    }
}
