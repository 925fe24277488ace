namespace Weir.Commands;

/// <summary>What `check --json` prints: the verdict and its reasons, and what a node would run.</summary>
internal sealed record CheckReport(
    bool Valid, string[] Errors, string[] Warnings, CheckListener[] Listeners, CheckTargetGroup[] TargetGroups);
