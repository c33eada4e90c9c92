//! HTTP behind one small trait, natively and in the browser, and the layers around it
