namespace Weir.Output;

/// <summary>Whom output is for: people, or programs.</summary>
internal enum OutputFormat
{
    Text,
    Json,
}
