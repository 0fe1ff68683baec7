namespace Turnpike.Configuration;

/// <summary>What a file looks like from outside; two that are equal are taken for the same content.</summary>
internal readonly record struct FileStamp(bool Exists, DateTime ChangedUtc, long Bytes)
{
    /// <summary>Looks through symbolic links, so that a link that is turned elsewhere is a change. What cannot be looked at is not there.</summary>
    public static FileStamp Of(string path)
    {
        try
        {
            var file = new FileInfo(path);
            var target = file.LinkTarget is null ? file : file.ResolveLinkTarget(returnFinalTarget: true) as FileInfo ?? file;
            return target.Exists ? new(true, target.LastWriteTimeUtc, target.Length) : default;
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            return default;
        }
    }
}
