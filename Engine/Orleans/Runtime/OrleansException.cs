namespace Orleans.Runtime
{
    /// <summary>Base of the failures the engine itself reports.</summary>
    public class OrleansException : Exception
    {
        public OrleansException()
        {
        }

        public OrleansException(string message) : base(message)
        {
        }

        public OrleansException(string message, Exception innerException) : base(message, innerException)
        {
        }
    }

    /// <summary>The observer that a reference names is gone: deleted, or collected because nobody held it.</summary>
    public sealed class ClientNotAvailableException : OrleansException
    {
        internal ClientNotAvailableException(GrainId observer)
            : base($"No observer {observer}: it was deleted, or collected because nobody but the engine held it.")
        {
        }
    }

    /// <summary>A call was not executed because its target could not be activated or the engine is stopping.</summary>
    public class OrleansMessageRejectionException : OrleansException
    {
        internal OrleansMessageRejectionException(string message) : base(message)
        {
        }

        internal OrleansMessageRejectionException(string message, Exception innerException) : base(message, innerException)
        {
        }
    }
}

namespace Orleans.Storage
{
    /// <summary>The stored record is not the version the writer last saw.</summary>
    public class InconsistentStateException : Runtime.OrleansException
    {
        public InconsistentStateException()
        {
        }

        public InconsistentStateException(string message) : base(message)
        {
        }

        public InconsistentStateException(string errorMsg, string? storedEtag, string? currentEtag)
            : base($"{errorMsg} Stored etag: {storedEtag ?? "none"}; the writer's: {currentEtag ?? "none"}.")
        {
            StoredEtag = storedEtag;
            CurrentEtag = currentEtag;
        }

        /// <summary>The activation whose write was refused.</summary>
        internal object? Activation { get; init; }

        /// <summary>Version in the store; null when it has no record.</summary>
        public string? StoredEtag { get; }

        /// <summary>Version the writer last saw; null when it saw none.</summary>
        public string? CurrentEtag { get; }
    }
}
