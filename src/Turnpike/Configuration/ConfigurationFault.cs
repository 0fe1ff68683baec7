namespace Turnpike.Configuration;

/// <summary>One thing that is wrong with the settings: where it stands and what to do. Never holds a secret.</summary>
/// <param name="Source">The file as the operator named it, an environment variable, or an option of the command line.</param>
/// <param name="Line">From 1; 0 where there are no lines (environment, command line, a file that cannot be read).</param>
/// <param name="Column">From 1, in UTF-16 units as editors count; 0 where there are none.</param>
/// <param name="Path">The place in the document: <c>providers[0].baseUrl</c>; empty for the whole.</param>
internal sealed record ConfigurationFault(string Source, int Line, int Column, string Path, string Message)
{
    public static ConfigurationFault Of(string source, string message) => new(source, 0, 0, "", message);

    /// <summary>One line: <c>turnpike.json:12:7 providers[0].baseUrl: must be …</c>.</summary>
    public override string ToString()
    {
        var place = Line > 0 ? $"{Source}:{Line}:{Column}" : Source;
        return Path.Length > 0 ? $"{place} {Path}: {Message}" : $"{place}: {Message}";
    }
}
