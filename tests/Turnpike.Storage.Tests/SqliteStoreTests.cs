namespace Turnpike.Storage.Tests;

public sealed class SqliteStoreTests : StoreContract
{
    private protected override ValueTask<StorageOptions> OptionsAsync(string directory) =>
        new(new StorageOptions { DataDirectory = directory, JournalBytes = 1 << 20 });
}
