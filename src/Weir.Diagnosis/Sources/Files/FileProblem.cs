namespace Weir.Diagnosis.Sources.Files;

/// <summary>Why the system does not give a file, in the user's words.</summary>
internal static class FileProblem
{
    public static string Reason(Exception exception) => exception switch
    {
        UnauthorizedAccessException => "this user may not read it",
        FileNotFoundException or DirectoryNotFoundException => "it is not there any more",
        PathTooLongException => "its path is too long",
        _ => exception.Message,
    };
}
