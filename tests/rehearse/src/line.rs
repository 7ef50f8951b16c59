//! A device's line to the server: a TCP forwarder on loopback that can be cut.
//!
//! Cutting it ends open connections and refuses new ones, so that an offline device meets a real dead network.

use std::io;
use std::net::SocketAddr;
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::watch;
use tokio::task::JoinHandle;

/// One device's line.
#[derive(Debug)]
pub struct Line {
    address: SocketAddr,
    up: watch::Sender<bool>,
    task: JoinHandle<()>,
}

impl Line {
    /// A line to the server, up.
    pub async fn open(server: SocketAddr) -> io::Result<Line> {
        let listener = TcpListener::bind("127.0.0.1:0").await?;
        let address = listener.local_addr()?;
        let (up, state) = watch::channel(true);
        let task = tokio::spawn(accept(listener, server, state));
        Ok(Line { address, up, task })
    }

    /// Where the device connects to.
    pub fn address(&self) -> SocketAddr {
        self.address
    }

    /// Cuts the line, or mends it.
    pub fn set_up(&self, up: bool) {
        self.up.send_replace(up);
    }
}

impl Drop for Line {
    fn drop(&mut self) {
        self.task.abort();
    }
}

async fn accept(listener: TcpListener, server: SocketAddr, state: watch::Receiver<bool>) {
    while let Ok((device, _)) = listener.accept().await {
        if *state.borrow() {
            tokio::spawn(carry(device, server, state.clone()));
        }
    }
}

/// Carries bytes both ways until one side ends or the line is cut.
async fn carry(mut device: TcpStream, server: SocketAddr, mut state: watch::Receiver<bool>) {
    let Ok(mut server) = TcpStream::connect(server).await else { return };
    tokio::select! {
        _ = tokio::io::copy_bidirectional(&mut device, &mut server) => {}
        _ = state.wait_for(|up| !up) => {}
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use tokio::io::{AsyncReadExt, AsyncWriteExt};

    async fn echo_server() -> SocketAddr {
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a free port");
        let address = listener.local_addr().expect("an address");
        tokio::spawn(async move {
            while let Ok((mut socket, _)) = listener.accept().await {
                tokio::spawn(async move {
                    let (mut read, mut write) = socket.split();
                    tokio::io::copy(&mut read, &mut write).await
                });
            }
        });
        address
    }

    async fn talk(socket: &mut TcpStream) -> io::Result<usize> {
        socket.write_all(b"x").await?;
        socket.read(&mut [0; 1]).await
    }

    #[tokio::test]
    async fn a_cut_line_ends_open_connections_and_refuses_new_ones_until_it_is_mended() {
        let line = Line::open(echo_server().await).await.expect("a line");
        let connect = || TcpStream::connect(line.address());
        let mut socket = connect().await.expect("connects");
        assert_eq!(talk(&mut socket).await.expect("answers"), 1);
        line.set_up(false);
        assert!(matches!(talk(&mut socket).await, Ok(0) | Err(_)));
        let mut dead = connect().await.expect("the listener stays");
        assert!(matches!(talk(&mut dead).await, Ok(0) | Err(_)));
        line.set_up(true);
        let mut socket = connect().await.expect("connects");
        assert_eq!(talk(&mut socket).await.expect("answers"), 1);
    }
}
