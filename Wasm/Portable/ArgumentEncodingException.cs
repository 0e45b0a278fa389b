using System;

namespace Fog.Wasm.Portable
{
    /// <summary>Why encoded arguments are refused.</summary>
    public enum ArgumentEncodingError
    {
        Truncated,
        TrailingBytes,
        CountMismatch,
        TypeMismatch,

        /// <summary>A value has more than one encoding and this is not the canonical one: a NaN, a bool.</summary>
        NotCanonical,
    }

    /// <summary>Encoded arguments do not fit the function of an image.</summary>
    public sealed class ArgumentEncodingException : Exception
    {
        private readonly ArgumentEncodingError error;
        private readonly int parameter;

        public ArgumentEncodingException(ArgumentEncodingError error, int parameter)
            : base("encoded arguments are not acceptable")
        {
            this.error = error;
            this.parameter = parameter;
        }

        public ArgumentEncodingError Error
        {
            get { return error; }
        }

        /// <summary>Position of the parameter at fault, from 0; -1 when the whole list is.</summary>
        public int Parameter
        {
            get { return parameter; }
        }
    }
}
