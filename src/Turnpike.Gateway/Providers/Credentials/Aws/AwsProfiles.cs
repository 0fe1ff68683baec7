namespace Turnpike.Gateway.Providers.Credentials.Aws;

/// <summary>The profiles of AWS's shared files: sections with names to values.</summary>
internal sealed class AwsProfiles
{
    private const int FileBytesMax = 1 << 20;

    private const string Prefix = "profile ";
    private const string SessionPrefix = "sso-session ";

    private readonly Dictionary<string, Dictionary<string, string>> _profiles = new(StringComparer.Ordinal);

    /// <summary>The settings of a profile; null where there is none of its name.</summary>
    public Dictionary<string, string>? Find(string name) => _profiles.GetValueOrDefault(name);

    /// <summary>The settings of a session of single sign-on; null where there is none of its name.</summary>
    public Dictionary<string, string>? FindSession(string name) => _profiles.GetValueOrDefault(SessionPrefix + name);

    /// <summary>Takes up a file, over what was read before; one that is not there has none.</summary>
    /// <param name="isConfig">Its sections are called <c>profile NAME</c>, but for the default one.</param>
    public async Task ReadAsync(string path, bool isConfig, CancellationToken cancellationToken)
    {
        if (!File.Exists(path))
        {
            return;
        }

        if (new FileInfo(path).Length > FileBytesMax)
        {
            throw new CredentialException("AWS's shared file is too long to be one of profiles.");
        }

        Dictionary<string, string>? section = null;
        foreach (var line in await File.ReadAllLinesAsync(path, cancellationToken))
        {
            var text = line.Trim();
            if (text.StartsWith('[') && text.IndexOf(']', StringComparison.Ordinal) is > 0 and var end)
            {
                section = NameOf(text[1..end].Trim(), isConfig) is { } name ? SectionOf(name) : null;
            }
            else if (section is not null && IsSetting(line, text, out var at))
            {
                section[text[..at].TrimEnd()] = text[(at + 1)..].Trim();
            }
        }
    }

    // What is further in belongs to a service of the setting before it.
    private static bool IsSetting(string line, string text, out int at)
    {
        at = text.IndexOf('=', StringComparison.Ordinal);
        return at > 0 && text[0] is not ('#' or ';') && !char.IsWhiteSpace(line[0]);
    }

    private static string? NameOf(string title, bool isConfig) =>
        !isConfig || title == "default" ? title
        : title.StartsWith(Prefix, StringComparison.Ordinal) ? title[Prefix.Length..].Trim()
        : title.StartsWith(SessionPrefix, StringComparison.Ordinal) ? SessionPrefix + title[SessionPrefix.Length..].Trim()
        : null; // services

    private Dictionary<string, string> SectionOf(string name)
    {
        if (!_profiles.TryGetValue(name, out var section))
        {
            _profiles[name] = section = new(StringComparer.OrdinalIgnoreCase);
        }

        return section;
    }
}
