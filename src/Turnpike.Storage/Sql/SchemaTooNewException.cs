namespace Turnpike.Storage.Sql;

/// <summary>The database belongs to a newer version; an older one would not know what it destroys.</summary>
public sealed class SchemaTooNewException(string database, long found, long known) : Exception(
    $"{database} has schema {found}, and this version knows schemas up to {known}. Run the newer version, or restore a backup from before it.");
