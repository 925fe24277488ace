using System.Runtime.Versioning;
using Weir.Output;

namespace Weir.Commands;

/// <summary>The question that commands with the event loop in them ask first; the others must never reach it, and the platform analyzer sees to that.</summary>
internal static class LinuxOnly
{
    [SupportedOSPlatformGuard("linux")]
    public static bool IsHere(string command, MessageWriter messages)
    {
        if (OperatingSystem.IsLinux())
        {
            return true;
        }

        messages.Fail("platform", $"{command} runs the balancer itself, which is for Linux only; diagnose, probe and predict work here");
        return false;
    }
}
