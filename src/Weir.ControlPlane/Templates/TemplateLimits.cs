namespace Weir.ControlPlane.Templates;

/// <summary>How large a template may be, so that a hostile or broken one costs little.</summary>
internal static class TemplateLimits
{
    /// <summary>Source: CloudFormation quotas, template size in S3 (1 MB).</summary>
    public const int MaxTextCharacters = 1024 * 1024;

    /// <summary>Our own: deeper nesting than real templates have, and far from the end of the stack.</summary>
    public const int MaxDepth = 64;

    /// <summary>Our own: nodes with every alias written out, so that aliases of aliases cannot multiply.</summary>
    public const int MaxNodes = 200_000;

    /// <summary>Our own: the longest text a function may build; nested Fn::Sub could double it at every level.</summary>
    public const int MaxBuiltCharacters = 64 * 1024;

    /// <summary>Our own: enough errors to work on.</summary>
    public const int MaxErrors = 100;
}
